//! Damaged files for everything that reads files: no panic, and no memory beyond a multiple of the input.
//!
//! The long form is `PROPTEST_CASES=60000 cargo test --release --workspace --test fuzz`, a million inputs in all.

#[path = "fuzz/damage.rs"]
mod damage;
#[path = "fuzz/seeds.rs"]
mod seeds;
#[path = "fuzz/targets.rs"]
mod targets;
#[allow(dead_code, reason = "the tests of the tagger use the rest")]
#[path = "tagger/tiny.rs"]
mod tiny;

use proptest::test_runner::{Config, TestRunner};

/// Runs a target over what its seeds become when they are damaged.
fn run(name: &str) {
    let (_, target) = targets::ALL.into_iter().find(|(other, _)| *other == name).unwrap();
    let config = Config { failure_persistence: None, ..Config::default() };
    let inputs = damage::inputs(seeds::of(name));
    let found = TestRunner::new(config).run(&inputs, |bytes| {
        target(&bytes);
        Ok(())
    });
    if let Err(failure) = found {
        panic!("{name}: {failure}");
    }
}

/// With ALAM_SEEDS=$PWD/fuzz/corpus they are written where cargo-fuzz begins.
#[test]
fn every_target_has_seeds() {
    for (name, target) in targets::ALL {
        let seeds = seeds::of(name);
        assert!(seeds.iter().any(|seed| !seed.is_empty()), "{name}");
        for (number, seed) in seeds.iter().enumerate() {
            target(seed);
            if let Some(folder) = std::env::var_os("ALAM_SEEDS") {
                let folder = std::path::Path::new(&folder).join(name);
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(folder.join(number.to_string()), seed).unwrap();
            }
        }
    }
}

macro_rules! no_bytes_make_it_panic {
    ($($name:ident)*) => {
        $(#[test] fn $name() { run(stringify!($name)); })*

        #[test]
        fn every_target_has_a_test() {
            let tested = [$(stringify!($name)),*];
            assert!(targets::ALL.iter().map(|(name, _)| *name).eq(tested));
        }
    };
}

no_bytes_make_it_panic! {
    text lines encoded html reading jsonl json conll conllu scheme brat csv tsv parquet gzip zstd gazetteer segmenter settings config tokenizer safetensors int8
}
