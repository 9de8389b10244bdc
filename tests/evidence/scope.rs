//! How much of the subscription the login sees.
use crate::loaded;
use crate::subscription::Run;
use qualys_sec_inspector::bundle::completeness::EndpointState::Present;
use qualys_sec_inspector::evidence::{Scope, View};

/// The scope of `example_ab1` with this role in the user list, and these roles and tags in the
/// portal; without them it is in neither.
fn scope(role: Option<&str>, portal: Option<(&[&str], &[&str])>) -> Scope {
    let mut run = Run::new(&["vm/users", "am/users"]);
    let user = role.map_or(String::new(), |role| {
        format!("<USER><USER_LOGIN>example_ab1</USER_LOGIN><USER_ROLE>{role}</USER_ROLE></USER>")
    });
    let users = format!(
        "<USER_LIST_OUTPUT><USER_LIST>{user}<USER><USER_LOGIN>example_zz9</USER_LOGIN><USER_ROLE>Manager</USER_ROLE></USER></USER_LIST></USER_LIST_OUTPUT>"
    );
    run.page("vm/users", None, &[], users.as_bytes());
    run.outcome("vm/users", Present, 1);
    let wrapped = |name: &str, texts: &[&str]| {
        let items =
            texts.iter().map(|text| format!("{{\"{name}\":{{\"id\":1,\"name\":\"{text}\"}}}}"));
        items.collect::<Vec<_>>().join(",")
    };
    let login = portal.map_or("example_zz9", |_| "EXAMPLE_AB1");
    let (roles, tags) = portal.unwrap_or((&["Manager"], &["Plant"]));
    let body = format!(
        "{{\"ServiceResponse\":{{\"responseCode\":\"SUCCESS\",\"count\":1,\"data\":[{{\"User\":{{\"id\":1,\"username\":\"{login}\",\"roleList\":{{\"list\":[{}]}},\"scopeTags\":{{\"list\":[{}]}}}}}}]}}}}",
        wrapped("RoleData", roles),
        wrapped("TagData", tags)
    );
    run.page("am/users", None, &[], body.as_bytes());
    run.outcome("am/users", Present, 1);
    loaded(run).2
}

#[test]
fn a_manager_without_scope_tags_sees_everything() {
    for (role, portal, view, source) in [
        (Some("Manager"), None, View::Full, "vm/users"),
        (Some("Manager"), Some((&["Manager"][..], &[][..])), View::Full, "vm/users"),
        (Some("Manager"), Some((&["WAS Reader", "Super User"], &[])), View::Full, "vm/users"),
        (Some("Manager"), Some((&["Manager"], &["Plant"])), View::Partial, "am/users"),
        (Some("Manager"), Some((&["WAS Reader"], &[])), View::Partial, "am/users"),
        (Some("Manager"), Some((&[], &["Plant"])), View::Partial, "am/users"),
        (Some("Reader"), Some((&["Manager"], &[])), View::Partial, "vm/users"),
        (None, Some((&["Reader", "Manager"], &[])), View::Full, "am/users"),
        (None, Some((&["Reader"], &[])), View::Partial, "am/users"),
        (None, None, View::Unverified, "none"),
    ] {
        let scope = scope(role, portal);
        assert_eq!((scope.view, scope.source.as_str()), (view, source), "{role:?} {portal:?}");
    }
}

#[test]
fn the_role_is_that_of_the_best_source() {
    let portal = Some((&["WAS Reader", "Reader"][..], &[][..]));
    assert_eq!(scope(Some("Scanner"), portal).role.as_deref(), Some("Scanner"));
    assert_eq!(scope(None, portal).role.as_deref(), Some("Reader, WAS Reader"));
    assert_eq!(scope(None, None).role, None);
}
