//! Paired timing: A and B run in turn, so that a machine whose speed drifts
//! slows both; what counts is the median of the ratios.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::cases;
use crate::peers::Bench;

/// A command line, its words already split.
pub type Words = Vec<String>;

/// Splits a command line at blanks.
pub fn words(line: &str) -> Words {
    line.split_whitespace().map(str::to_owned).collect()
}

/// One row of the table: Cove's command against a peer's.
pub struct Row {
    /// What is measured.
    pub name: String,
    /// The peer's name.
    pub peer: String,
    /// Cove's times, sorted.
    pub ours: Vec<Duration>,
    /// The peer's times, sorted.
    pub theirs: Vec<Duration>,
    /// Ours over theirs for each pair, sorted.
    pub ratios: Vec<f64>,
}

/// Parses the arguments, runs the cases and prints the table.
pub fn main(args: &[String]) -> Result<(), String> {
    let mut runs = 11;
    let mut wanted = Vec::new();
    let mut it = args.iter();
    while let Some(arg) = it.next() {
        if arg == "--runs" {
            let value = it.next().ok_or("--runs needs a number")?;
            runs = value
                .parse()
                .map_err(|_| format!("--runs: \"{value}\" is not a number"))?;
        } else if cases::NAMES.contains(&arg.as_str()) {
            wanted.push(arg.clone());
        } else {
            return Err(format!(
                "no case \"{arg}\"; there are {}",
                cases::NAMES.join(", ")
            ));
        }
    }
    let bench = Bench::set_up(runs)?;
    let mut rows = Vec::new();
    for name in cases::NAMES {
        if wanted.is_empty() || wanted.iter().any(|w| w == name) {
            eprintln!("case {name}");
            rows.extend(cases::run(name, &bench)?);
        }
    }
    println!(
        "| case | peer | Cove, median ms | peer, median ms | ratio Cove/peer (median, min to max) |"
    );
    println!("|---|---|---:|---:|---:|");
    for row in &rows {
        println!(
            "| {} | {} | {:.1} | {:.1} | {:.3} ({:.3} to {:.3}) |",
            row.name,
            row.peer,
            ms(row.ours[row.ours.len() / 2]),
            ms(row.theirs[row.theirs.len() / 2]),
            row.ratios[row.ratios.len() / 2],
            row.ratios[0],
            row.ratios[row.ratios.len() - 1],
        );
    }
    Ok(())
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// Times `ours` and `theirs` in turn.
pub fn pair(
    name: &str,
    peer: &str,
    runs: usize,
    mut ours: impl FnMut() -> Result<Duration, String>,
    mut theirs: impl FnMut() -> Result<Duration, String>,
) -> Result<Row, String> {
    // One round first that does not count: caches, modules, first-use set-up.
    ours()?;
    theirs()?;
    let mut row = Row {
        name: name.to_owned(),
        peer: peer.to_owned(),
        ours: vec![],
        theirs: vec![],
        ratios: vec![],
    };
    for _ in 0..runs {
        let (a, b) = (ours()?, theirs()?);
        row.ratios.push(a.as_secs_f64() / b.as_secs_f64());
        row.ours.push(a);
        row.theirs.push(b);
    }
    row.ours.sort();
    row.theirs.sort();
    row.ratios.sort_by(f64::total_cmp);
    Ok(row)
}

/// Runs a command to its end and returns how long it took; its failure is an error.
pub fn timed(words: &[String]) -> Result<Duration, String> {
    let start = Instant::now();
    let out = Command::new(&words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .map_err(|e| format!("cannot run {}: {e}", words[0]))?;
    let took = start.elapsed();
    if out.status.success() {
        Ok(took)
    } else {
        Err(format!(
            "{}: {}",
            words.join(" "),
            String::from_utf8_lossy(&out.stderr).trim()
        ))
    }
}

/// Runs a shell line that has to succeed.
pub fn shell(line: &str) -> Result<Duration, String> {
    timed(&["sh".to_owned(), "-ec".to_owned(), line.to_owned()])
}
