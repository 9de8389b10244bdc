//! Control 4 over lists that were cut off: they prove what is in them, and nothing that is not.

use qualys_sec_inspector::evidence::State;
use qualys_sec_inspector::finding::CheckState;

use super::planted;

#[test]
fn a_part_of_a_list_proves_only_what_is_in_it() {
    use CheckState::{Fail, NotAssessed};
    for (check, need, expected) in [
        // A block that is not there, or not whole, may stand in the part that is missing.
        ("C04-01", "vm/ips", NotAssessed),
        ("C04-02", "vm/ips", NotAssessed),
        // So may the group that holds an address.
        ("C04-03", "vm/asset-groups", NotAssessed),
        // The host that an asset is, and the account that owns a group.
        ("C04-05", "vm/hosts", NotAssessed),
        ("C04-05", "am/host-assets", NotAssessed),
        ("C04-08", "vm/users", NotAssessed),
        // What one record shows stands.
        ("C04-04", "vm/hosts", Fail),
        ("C04-06", "vm/hosts", Fail),
        ("C04-07", "vm/asset-groups", Fail),
        ("C04-09", "vm/asset-groups", Fail),
        ("C04-10", "vm/hosts", Fail),
        ("C04-11", "vm/ips", Fail),
    ] {
        assert_eq!(planted().check(check).0, Fail, "{check}");
        let cut = [(need, State::Truncated)];
        assert_eq!(planted().reach(&cut).check(check).0, expected, "{check} without all of {need}");
    }
}
