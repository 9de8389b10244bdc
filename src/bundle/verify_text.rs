//! `VERIFY.txt`: how to verify this bundle with ordinary tools, as a fixed template.
use super::manifest::Manifest;

/// The text that belongs to a manifest, whatever its `subject` says about VERIFY.txt itself. A
/// value that could carry anything but a name or a number is left out.
pub fn render(manifest: &Manifest) -> String {
    let predicate = &manifest.predicate;
    let evidence = manifest.digest_of("evidence.sqlite").unwrap_or_default();
    let (count, bodies) =
        (predicate.journal.count.to_string(), predicate.evidence.bodies.to_string());
    let bytes = predicate.evidence.bytes.to_string();
    let sealed_len = predicate.sealed_len.to_string();
    let values = [
        ("{BUNDLE}", predicate.bundle_id.as_str()),
        ("{RUN}", &predicate.run_id),
        ("{PLATFORM}", &predicate.target.platform),
        ("{STARTED}", &predicate.window.started),
        ("{ENDED}", &predicate.window.ended),
        ("{SEALED}", &predicate.window.sealed),
        ("{COMPLETENESS}", predicate.completeness.state.word()),
        ("{EVIDENCE}", evidence),
        ("{BYTES}", &bytes),
        ("{COUNT}", &count),
        ("{BODIES}", &bodies),
        ("{ROOT}", &predicate.journal.root),
        ("{HEAD}", &predicate.journal.head),
        ("{SCHEMA}", &predicate.evidence.schema),
        ("{SEALED_LEN}", &sealed_len),
    ];
    let mut text = TEMPLATE.to_owned();
    for (name, value) in values {
        text = text.replace(name, if is_plain(value) { value } else { "(left out)" });
    }
    text
}

fn is_plain(value: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._@:-".contains(&byte);
    (1..=128).contains(&value.len()) && value.bytes().all(plain)
}

const TEMPLATE: &str = "\
HOW TO VERIFY THIS EVIDENCE BUNDLE WITHOUT ITS OWN PROGRAMS

Do not trust this file before step 4 has passed: it lies inside what it describes.
Better, type the commands from the published documentation; they are the same.
Call the bundle b.qsi. Get the file allowed_signers from the operator by another way.

bundle        {BUNDLE}
run           {RUN}
platform      {PLATFORM}
collected     {STARTED} to {ENDED}
sealed        {SEALED}
completeness  {COMPLETENESS}

1. No member name may stand twice, for tar keeps the last one. This prints nothing:

     tar -tf b.qsi | sort | uniq -d

2. Unpack, into an empty folder:

     tar -xf b.qsi

3. Who signed, and is the signature good? The first command prints the SIGNER for the second.
   (No manifest.json.sig: the bundle was sealed without a signature; look for
   manifest.json.sig.2, which may have been added later.)

     ssh-keygen -Y find-principals -f allowed_signers -s manifest.json.sig
     ssh-keygen -Y verify -f allowed_signers -I SIGNER \\
       -n evidence-bundle@qualys-sec-inspector -s manifest.json.sig < manifest.json

4. The signed manifest names the hashes of the two other files:

     sha256sum VERIFY.txt evidence.sqlite

   evidence.sqlite, {BYTES} bytes:
   {EVIDENCE}

5. The tables are the expected four. This prints
   {SCHEMA}

     sqlite3 'file:evidence.sqlite?immutable=1' \\
       'select type, name, tbl_name, sql from sqlite_schema order by name' | sha256sum

6. Any journal record, here number 1 of {COUNT}: the second command prints the leaf that the first
   one printed in capitals. Each record names its answer in body.id.

     sqlite3 'file:evidence.sqlite?immutable=1' \\
       \"select hex(leaf), writefile('r.json', record) from journal where seq = 1\"
     (printf '\\0'; cat r.json) | sha256sum

   journal root  {ROOT}
   chain head    {HEAD}

7. Any raw answer, here the first of {BODIES}; the bytes are those that a finding's offsets mean:

     sqlite3 'file:evidence.sqlite?immutable=1' \\
       \"select hex(sha256), writefile('b.zst', zstd) from body where id = 1\"
     zstd -d b.zst && sha256sum b

8. The seal hash, for a paper form. It stays the same when custody events are appended:

     head -c {SEALED_LEN} b.qsi | sha256sum
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bundle::manifest::tests::sample;

    #[test]
    fn the_bundles_numbers_stand_in_it() {
        let text = render(&sample());
        for value in ["0f".repeat(32), "03".repeat(32), "40960 bytes".into(), "-c 45056".into()] {
            assert!(text.contains(&value), "{value}");
        }
        assert!(!text.contains('{') && !text.contains('}') && !text.contains("left out"));
        assert!(text.is_ascii());
    }

    #[test]
    fn hostile_values_are_left_out() {
        for hostile in ["a b", "$(reboot)", "x\ny", "{ROOT}", "é", "", &"a".repeat(129)] {
            let mut manifest = sample();
            manifest.predicate.target.platform = hostile.to_owned();
            let text = render(&manifest);
            assert!(text.contains("platform      (left out)"), "{hostile:?}");
        }
        let mut manifest = sample();
        manifest.predicate.target.platform = "a".repeat(128);
        assert!(!render(&manifest).contains("left out"));
    }

    #[test]
    fn its_own_hash_does_not_change_it() {
        let mut manifest = sample();
        let before = render(&manifest);
        for subject in &mut manifest.subject {
            if subject.name == "VERIFY.txt" {
                subject.digest.sha256 = "ee".repeat(32);
            }
        }
        assert_eq!(render(&manifest), before);
    }
}
