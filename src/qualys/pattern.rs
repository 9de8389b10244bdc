//! How names of the catalogue are compared with names of the wire.

/// Whether `name` is the one that `pattern` means, in any letter case: `*` stands for any run of
/// characters, `|` stands between alternatives.
pub(super) fn is_like(pattern: &str, name: &str) -> bool {
    pattern.split('|').any(|pattern| fits(pattern, name))
}

fn fits(pattern: &str, name: &str) -> bool {
    let Some((head, tail)) = pattern.split_once('*') else {
        return pattern.eq_ignore_ascii_case(name);
    };
    let Some(rest) = behind(head, name) else { return false };
    let mut places = rest.char_indices().map(|(at, _)| at).chain([rest.len()]);
    places.any(|at| rest.get(at..).is_some_and(|rest| fits(tail, rest)))
}

/// What `*` stands for in a name that the pattern means, in lower case.
pub(super) fn matched(pattern: &str, name: &str) -> Option<String> {
    let (head, tail) = pattern.split_once('*')?;
    let rest = behind(head, name)?;
    let end = rest.len().checked_sub(tail.len())?;
    let is_tail = rest.get(end..)?.eq_ignore_ascii_case(tail);
    let middle = rest.get(..end).filter(|middle| is_tail && !middle.is_empty())?;
    Some(middle.to_ascii_lowercase())
}

fn behind<'n>(head: &str, name: &'n str) -> Option<&'n str> {
    let is_head = name.get(..head.len())?.eq_ignore_ascii_case(head);
    name.get(head.len()..).filter(|_| is_head)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_names() {
        for (pattern, name, expected) in [
            ("HOST", "host", true),
            ("HOST", "HOSTS", false),
            ("*", "x", true),
            ("*PASSWORD*", "LOGIN_PASSWORD", true),
            ("*PASSWORD*", "pass", false),
            ("authRecord*Key", "authRecordSecretKey", true),
            ("A*B*C", "aXbYbZc", true),
            ("A*B*C", "aXc", false),
            ("VIRTUAL_HOST|VHOST", "vhost", true),
            ("VIRTUAL_HOST|VHOST", "VIRTUAL_HOST|VHOST", false),
            ("é*", "É", false),
        ] {
            assert_eq!(is_like(pattern, name), expected, "{pattern} {name}");
        }
    }

    #[test]
    fn the_part_that_a_star_stands_for_is_an_id() {
        for (name, expected) in [
            ("AUTH_UNIX_IDS", Some("unix")),
            ("auth_http_server_ids", Some("http_server")),
            ("AUTH_IDS", None),
            ("AUTH__IDS", None),
            ("AUTH_UNIX_RECORDS", None),
        ] {
            assert_eq!(matched("AUTH_*_IDS", name).as_deref(), expected, "{name}");
        }
        assert_eq!(matched("ID", "ID"), None);
    }
}
