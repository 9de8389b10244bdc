//! `analyze controls`: the handbook of the twenty controls, offline.

use std::io;

use qualys_sec_inspector::analyzers::{ANALYZERS, Analyzer};
use qualys_sec_inspector::framework::{self, Fit};

use crate::cli::Controls;
use crate::exit::{Exit, Stop, seen};

pub(crate) fn controls(command: Option<&Controls>) -> Result<Exit, Stop> {
    let mut stdout = io::stdout().lock();
    let written = match command {
        None | Some(Controls::List) => list(&mut stdout),
        Some(Controls::Explain { control }) => ANALYZERS
            .iter()
            .filter(|analyzer| analyzer.number == *control)
            .try_for_each(|analyzer| explain(&mut stdout, analyzer)),
    };
    seen(written)?;
    Ok(Exit::Done)
}

fn list(to: &mut impl io::Write) -> io::Result<()> {
    for analyzer in ANALYZERS {
        let (number, id, title) = (analyzer.number, analyzer.id, analyzer.title);
        let checks = analyzer.checks.len();
        writeln!(to, "{number:>2}  {id:<17}  {title:<38}  {checks:>2} checks")?;
    }
    Ok(())
}

fn explain(to: &mut impl io::Write, analyzer: &Analyzer) -> io::Result<()> {
    writeln!(to, "{}", analyzer.guide.trim_end())?;
    writeln!(to, "\n## Checks\n")?;
    for check in analyzer.checks {
        let core = if check.core { "core" } else { "" };
        let line =
            format!("{}  {:<8}  {core:<4}  {}", check.id, check.severity.word(), check.summary);
        writeln!(to, "{}", line.trim_end())?;
    }
    writeln!(to, "\n## Frameworks\n")?;
    for (name, requirements) in framework::requirements(analyzer.number).iter() {
        let ids = if requirements.is_empty() { "—".to_owned() } else { requirements.join(", ") };
        let titles: Vec<&str> =
            requirements.iter().filter_map(|id| framework::title(name, id)).collect();
        writeln!(to, "{}", format!("{name:<8}  {ids:<14}  {}", titles.join("; ")).trim_end())?;
        if let Some(note) = framework::note(analyzer.number, name) {
            let remark = format!("{} {}", fit(note.fit), note.text);
            if !remark.trim().is_empty() {
                writeln!(to, "{:26}{}", "", remark.trim())?;
            }
        }
    }
    Ok(())
}

const fn fit(fit: Fit) -> &'static str {
    match fit {
        Fit::Fits => "",
        Fit::Generic => "Generic.",
        Fit::Partial => "Fits in part.",
        Fit::Weak => "Fits weakly.",
        Fit::Mismatch => "Does not fit.",
        Fit::Outdated => "Outdated number.",
        Fit::Invented => "No such identifier.",
        Fit::Unmapped => "Not mapped.",
    }
}
