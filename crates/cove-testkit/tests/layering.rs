//! The direction of the crates, read from `cargo metadata`.

use std::process::Command;

use cove_testkit::LAYERS;

#[test]
fn a_crate_uses_only_crates_below_it() {
    let out = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--format-version",
            "1",
            "--no-deps",
            "--offline",
        ])
        .output()
        .expect("cargo metadata runs");
    assert!(out.status.success(), "cargo metadata failed");
    let meta: serde_json::Value = serde_json::from_slice(&out.stdout).expect("metadata is JSON");
    let rank = |name: &str| LAYERS.iter().position(|l| *l == name);
    let mut seen = 0;
    for package in meta["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("name");
        let Some(own) = rank(name) else {
            assert!(
                ["cove-testkit", "xtask"].contains(&name),
                "{name} is in no layer: add it to LAYERS"
            );
            continue;
        };
        seen += 1;
        for dep in package["dependencies"].as_array().expect("dependencies") {
            let dep_name = dep["name"].as_str().expect("name");
            let normal = dep["kind"].is_null();
            if let (true, Some(below)) = (normal, rank(dep_name)) {
                assert!(below < own, "{name} uses {dep_name}, which is not below it");
            }
        }
    }
    assert_eq!(seen, LAYERS.len(), "every layer has its crate");
}
