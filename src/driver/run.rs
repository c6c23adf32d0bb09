//! The loop of one client: dials, reads, sleeps. It runs from `init()` until the session is over and its carrier gone.

use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use tokio::sync::oneshot;
use tokio::time::{sleep_until, timeout};

use super::link::TokenAnswer;
use super::shared::Shared;
use crate::session::{DialError, LinkId, PluginInput};
use crate::transport::Incoming;
use crate::transport::dial::{DialFailure, DialOptions, Dialled, dial};
use crate::wire::{CloseCode, ErrorCode};

/// Runs the loop; a panic in it ends the client, not the process.
pub(super) async fn run(shared: Arc<Shared>) {
    if AssertUnwindSafe(turn(&shared)).catch_unwind().await.is_err() {
        shared.change(|link, _| {
            link.break_down();
            link.running = false;
        });
    }
    shared.note_loop(false);
    // Handed over while the last turn ended.
    shared.run_commands();
}

type Opening = Pin<Box<dyn Future<Output = Result<(Dialled, Option<String>), DialError>> + Send>>;

async fn turn(shared: &Arc<Shared>) {
    let mut carrier: Option<(LinkId, Dialled)> = None;
    let mut opening: Option<(LinkId, Opening)> = None;
    let mut alarm = pin!(sleep_until(shared.clock.instant(u64::MAX)));
    while let Some(plan) = next_plan(shared) {
        shared.run_commands();
        match (plan.dial, &opening) {
            (Some(link), Some((current, _))) if *current == link => {}
            (Some(link), _) => opening = start(shared, link).map(|future| (link, future)),
            // Dropping the future gives the dial up.
            (None, _) => opening = None,
        }
        let dialling = opening.is_some();
        let due = shared.clock.instant(plan.due);
        if alarm.deadline() != due {
            alarm.as_mut().reset(due);
        }
        tokio::select! {
            biased;
            incoming = step(&mut carrier, plan.full), if carrier.is_some() => {
                if let Some((link, incoming)) = incoming && receive(shared, &mut carrier, link, incoming).await {
                    carrier = None;
                }
                shared.ring();
            }
            result = finish(&mut opening), if dialling => {
                let Some((link, _)) = opening.take() else { continue };
                if let Some(opened) = dialled(shared, link, result) {
                    carrier = Some((link, opened));
                }
            }
            () = &mut alarm => {
                shared.change(|link, now| link.tick(now));
            }
            () = shared.changed.notified() => {}
        }
    }
}

/// What the loop does next; `None` when it is over.
struct Plan {
    dial: Option<LinkId>,
    due: u64,
    full: bool,
}

fn next_plan(shared: &Shared) -> Option<Plan> {
    let full = shared.is_full();
    let now = shared.clock.now().mono_ms;
    shared.look(|link| {
        if link.is_over() {
            link.running = false;
            return None;
        }
        link.set_alarm(now);
        Some(Plan { dial: link.dial, due: link.alarm.unwrap_or(u64::MAX), full })
    })
}

async fn step(carrier: &mut Option<(LinkId, Dialled)>, paused: bool) -> Option<(LinkId, Incoming)> {
    let (link, carrier) = carrier.as_mut()?;
    carrier.pause(paused);
    Some((*link, carrier.step().await))
}

/// Hands in what the carrier has at once, for one ring of the doorbell; tells whether the carrier is gone.
async fn receive(
    shared: &Shared,
    carrier: &mut Option<(LinkId, Dialled)>,
    link: LinkId,
    first: Incoming,
) -> bool {
    let mut texts = Vec::new();
    if shared.look(|link| link.open_calls()) >= GATHER_FROM {
        // Answers to a burst come one by one, and a turn for each costs more than all of them: lets some come together.
        std::thread::sleep(GATHER);
    }
    let mut next = Some(first);
    while let Some(Incoming::Text(text)) = next {
        texts.push(text);
        let more = carrier.as_ref().filter(|_| texts.len() < AT_ONCE);
        next = match more {
            Some((_, carrier)) => carrier.arrived().await,
            None => None,
        };
    }
    if !texts.is_empty() {
        shared.change_silently(|state, now| state.receive(link, &texts, now));
    }
    match next {
        Some(Incoming::Violation { close_code, .. }) => {
            shared.apply(PluginInput::Violation { link, close_code });
            false
        }
        Some(Incoming::Closed { code, reason }) => {
            shared.change(|state, now| state.carrier_gone(link, code, reason, now));
            true
        }
        Some(Incoming::Text(_)) | None => false,
    }
}

/// Begins to fetch a token and dial; `None` when the client broke down.
fn start(shared: &Arc<Shared>, link: LinkId) -> Option<Opening> {
    let token = shared.change(|state, _| (state.dial == Some(link)).then(|| state.want_token())).flatten()?;
    Some(Box::pin(open(shared.dial.clone(), token)))
}

async fn open(
    options: DialOptions,
    token: oneshot::Receiver<TokenAnswer>,
) -> Result<(Dialled, Option<String>), DialError> {
    let patience = Duration::from_millis(options.timeout_ms);
    let token = match timeout(patience, token).await {
        Ok(Ok(Ok(token))) => token,
        Ok(Ok(Err(reason))) => return Err(no_token(&format!("token() failed: {reason}"))),
        Ok(Err(_)) => return Err(no_token("token() was not answered")),
        Err(_) => return Err(no_token("token() did not answer in time")),
    };
    match dial(&options).await {
        Ok(carrier) => Ok((carrier, token)),
        Err(DialFailure { code, message, close_code, retry_after_ms }) => {
            Err(DialError { code, message, close_code, retry_after_ms })
        }
    }
}

/// A token that cannot be had now may be had later, as after 4004.
fn no_token(message: &str) -> DialError {
    DialError {
        code: ErrorCode::Auth,
        message: message.into(),
        close_code: Some(CloseCode::TOKEN_EXPIRED),
        retry_after_ms: None,
    }
}

async fn finish(opening: &mut Option<(LinkId, Opening)>) -> Result<(Dialled, Option<String>), DialError> {
    match opening {
        Some((_, future)) => future.await,
        None => std::future::pending().await,
    }
}

/// Tells the session how the dial ended; gives back the carrier to read from.
fn dialled(
    shared: &Shared,
    link: LinkId,
    result: Result<(Dialled, Option<String>), DialError>,
) -> Option<Dialled> {
    match result {
        Ok((carrier, token)) => {
            let opened = carrier.clone();
            shared.change(|state, now| state.opened(link, opened, token, now));
            Some(carrier)
        }
        Err(error) => {
            shared.change(|state, now| state.dial_failed(link, error, now));
            None
        }
    }
}

/// Messages that are handed in before the loop looks at everything else again.
const AT_ONCE: usize = 64;
/// Open calls from which on answers are gathered, and for how long. The system's timers add about as much again.
const GATHER_FROM: usize = 16;
const GATHER: Duration = Duration::from_micros(40);
