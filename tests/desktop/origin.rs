//! T1 and T2: only listed pages and known host names get through the upgrade.

use smartagent_plugin_sdk::desktop::origin::{DialPolicy, Origin, OriginError};

fn policy() -> DialPolicy {
    let origins = [
        "https://desk.example",
        "http://localhost:7420",
        "https://xn--bcher-kva.example:8443",
        "http://[::1]:7420",
    ];
    DialPolicy::new(origins, ["desk.example"]).unwrap()
}

#[test]
fn t1_only_exactly_listed_origins_upgrade() {
    let listed = [
        "https://desk.example",
        "https://DESK.example",
        "HTTPS://desk.example",
        "https://desk.example:443",
        "http://localhost:7420",
        "https://xn--bcher-kva.example:8443",
        "http://[::1]:7420",
        "http://[0:0:0:0:0:0:0:1]:7420",
    ];
    for origin in listed {
        assert_eq!(policy().check(&["localhost:7420"], &[origin]), Ok(()), "{origin}");
    }
    let refused = [
        "null",
        "",
        " ",
        "*",
        "desk.example",
        "//desk.example",
        "http://desk.example",
        "https://desk.example:8443",
        "https://desk.example:80",
        "https://desk.example:",
        "https://desk.example:+443",
        "https://desk.example:0443x",
        "https://desk.example:99999",
        "https://desk.example/",
        "https://desk.example/path",
        "https://desk.example?x",
        "https://desk.example#x",
        "https://desk.example.",
        "https://desk.example.evil.test",
        "https://evil-desk.example",
        "https://evil.desk.example",
        "https://desk.examples",
        "https://esk.example",
        "https://user@desk.example",
        "https://desk.example@evil.test",
        "https://desk.example\\@evil.test",
        "https://desk.example evil.test",
        " https://desk.example",
        "https://desk.example ",
        "https://desk.example\t",
        "https://desk\u{2024}example",
        "https://b\u{fc}cher.example:8443",
        "https://xn--bcher-kva.example",
        "http://localhost",
        "http://localhost:7421",
        "https://localhost:7420",
        "http://127.0.0.1:7420",
        "http://127.1:7420",
        "http://0x7f.0.0.1:7420",
        "http://2130706433:7420",
        "http://[::1]",
        "http://[::ffff:127.0.0.1]:7420",
        "http://[::1",
        "file://",
        "data:text/html,x",
        "chrome-extension://abcdef",
        "ws://desk.example",
        "javascript://desk.example",
        "https://desk.example,https://evil.test",
        "https://desk.example https://evil.test",
    ];
    assert!(listed.len() + refused.len() >= 40);
    for origin in refused {
        assert!(policy().check(&["localhost:7420"], &[origin]).is_err(), "{origin:?} upgraded");
    }
}

#[test]
fn an_absent_origin_is_no_browser_and_two_are_an_attack() {
    assert_eq!(policy().check(&["localhost"], &[]), Ok(()));
    let twice = ["https://desk.example", "https://desk.example"];
    assert_eq!(policy().check(&["localhost"], &twice), Err(OriginError::OriginMalformed));
    assert_eq!(policy().check(&["localhost"], &["null"]), Err(OriginError::OriginNull));
}

#[test]
fn t2_only_known_host_names_are_answered() {
    for host in [
        "localhost",
        "LOCALHOST:1",
        "127.0.0.1:7420",
        "[::1]:7420",
        "[::1]",
        "desk.example:7420",
        "Desk.Example",
    ] {
        assert_eq!(policy().check(&[host], &[]), Ok(()), "{host}");
    }
    let refused = [
        "evil.test",
        "evil.test:7420",
        "localhost.evil.test",
        "localhost.",
        "127.0.0.2",
        "127.0.0.1.evil.test",
        "127.1",
        "0.0.0.0",
        "[::]",
        "[::1",
        "::1",
        "",
        ":7420",
        "localhost:",
        "localhost:x",
        "localhost:70000",
        "a@localhost",
        "localhost/x",
        "localhost localhost",
    ];
    for host in refused {
        assert!(policy().check(&[host], &[]).is_err(), "{host:?} was answered");
    }
    assert_eq!(policy().check(&[], &[]), Err(OriginError::HostMalformed));
    assert_eq!(policy().check(&["localhost", "localhost"], &[]), Err(OriginError::HostMalformed));
    assert_eq!(policy().check(&["evil.test"], &[]), Err(OriginError::HostNotAllowed));
}

#[test]
fn a_policy_of_malformed_origins_is_refused_by_place() {
    assert_eq!(DialPolicy::new(["https://a.example", "https://b.example/x"], []), Err(1));
    assert!(Origin::same("https://a.example", "https://A.example:443"));
    assert!(!Origin::same("https://a.example", "nonsense") && !Origin::same("nonsense", "nonsense"));
}
