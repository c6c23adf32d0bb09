use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// Counts connections that have not sent their HTTP head yet, in all and per address.
#[derive(Debug)]
pub(super) struct Admission {
    per_address: usize,
    in_all: usize,
    counts: Mutex<HashMap<IpAddr, usize>>,
}

/// One counted connection; dropping it gives the place back.
#[derive(Debug)]
pub(super) struct Place {
    admission: Arc<Admission>,
    address: IpAddr,
}

impl Admission {
    pub(super) fn new(per_address: usize, in_all: usize) -> Self {
        Self { per_address, in_all, counts: Mutex::default() }
    }

    pub(super) fn enter(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let total: usize = counts.values().sum();
        let here = counts.get(&address).copied().unwrap_or(0);
        if total >= self.in_all || here >= self.per_address {
            return None;
        }
        counts.insert(address, here + 1);
        Some(Place { admission: Arc::clone(self), address })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut counts = self.admission.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&self.address) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_that_gives_a_place_back_may_enter_again() {
        let admission = Arc::new(Admission::new(2, 3));
        let here = IpAddr::from([127, 0, 0, 1]);
        let there = IpAddr::from([127, 0, 0, 2]);
        let first = admission.enter(here);
        let _second = admission.enter(here);
        assert!(first.is_some() && admission.enter(here).is_none());
        let _third = admission.enter(there);
        assert!(admission.enter(there).is_none(), "full in all");
        drop(first);
        assert!(admission.enter(here).is_some());
    }
}
