//! The simulated agent: what there is to start with, and the states an agent can be in.
use crate::schema::{AgentState, AgentStateType, Endpoint, EndpointType, Queue, RoutingProfile, User};

/// The agent of a simulator that was given none.
pub(super) fn default_user(now: u64) -> User {
    let (support, sales) = (queue("support"), queue("sales"));
    User {
        agent_arn: arn("agent", "sam"),
        username: "sam".into(),
        name: "Sam Example".into(),
        extension: None,
        permissions: vec!["outboundCall".into(), "voiceContact".into()],
        softphone_enabled: true,
        locale: Some("en_GB".into()),
        routing_profile: RoutingProfile {
            name: "Everything".into(),
            routing_profile_arn: arn("routing-profile", "everything"),
            routing_profile_id: "everything".into(),
            default_outbound_queue: support.clone(),
            queues: vec![support, sales],
            channel_concurrency_map: [("VOICE".to_owned(), 2)].into(),
            extra: Default::default(),
        },
        state: state("Available", AgentStateType::Routable, now),
        next_state: None,
        extra: Default::default(),
    }
}

/// The quick connects of a simulator that was given none: one of each type.
pub(super) fn default_quick_connects() -> Vec<Endpoint> {
    vec![
        Endpoint {
            phone_number: Some("+442079460100".into()),
            ..endpoint("Billing", EndpointType::PhoneNumber)
        },
        Endpoint { agent_login: Some("alex".into()), ..endpoint("Alex", EndpointType::Agent) },
        Endpoint { queue: Some("sales".into()), ..endpoint("Sales queue", EndpointType::Queue) },
    ]
}

/// An endpoint of the simulated contact centre.
pub(super) fn endpoint(name: &str, endpoint_type: EndpointType) -> Endpoint {
    let id = name.to_lowercase().replace(' ', "-");
    let arn = arn(&format!("endpoint/{endpoint_type}"), &id);
    Endpoint {
        endpoint_arn: Some(arn.clone()),
        endpoint_id: Some(arn),
        endpoint_type: Some(endpoint_type),
        name: Some(name.to_owned()),
        phone_number: None,
        agent_login: None,
        queue: None,
        extra: Default::default(),
    }
}

/// The endpoint of a bare number.
pub(super) fn phone(number: &str, name: Option<&str>) -> Endpoint {
    Endpoint {
        endpoint_arn: None,
        endpoint_id: None,
        name: name.map(str::to_owned),
        phone_number: Some(number.to_owned()),
        ..endpoint("", EndpointType::PhoneNumber)
    }
}

/// The statuses an agent can choose.
pub(super) const STATUSES: [(&str, AgentStateType); 5] = [
    ("Available", AgentStateType::Routable),
    ("Break", AgentStateType::NotRoutable),
    ("Lunch", AgentStateType::NotRoutable),
    ("Training", AgentStateType::NotRoutable),
    ("Offline", AgentStateType::Offline),
];

/// A state with its start.
pub(super) fn state(name: &str, state_type: AgentStateType, since: u64) -> AgentState {
    AgentState {
        name: name.to_owned(),
        state_type,
        agent_state_arn: Some(arn("agent-state", &name.to_lowercase())),
        start_timestamp: Some(since),
        extra: Default::default(),
    }
}

fn queue(name: &str) -> Queue {
    Queue {
        name: name.into(),
        queue_arn: arn("queue", name),
        queue_id: name.into(),
        extra: Default::default(),
    }
}

fn arn(kind: &str, id: &str) -> String {
    format!("arn:aws:connect:eu-west-2:000000000000:instance/simulator/{kind}/{id}")
}
