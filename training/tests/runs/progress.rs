//! What a run says, and where: progress on standard error, numbers in `metrics.jsonl`, nothing on standard output.

use crate::place::Place;
use crate::recipes::{FINETUNE, pretrain};
use serde_json::Value;

#[test]
fn a_piped_run_says_plain_lines_on_standard_error_and_nothing_on_standard_output() {
    let place = Place::with_ids();
    for (what, recipe, unit) in
        [("finetune", FINETUNE.to_owned(), "words/s"), ("pretrain", pretrain("electra"), "tokens/s")]
    {
        let ran = place.train(what, &recipe, &["--max-steps", "5"]);
        ran.succeeds();
        assert_eq!(ran.out, "");
        assert!(ran.err.ends_with('\n') && !ran.err.chars().any(|c| c.is_control() && c != '\n'), "{:?}", ran.err);
        let first = ran.err.lines().find(|line| line.starts_with("step 3/")).unwrap();
        let parts: Vec<&str> = first.split(' ').collect();
        let named = [parts[2], parts[4], parts[7], parts[8]];
        assert_eq!(named, ["loss", "rate", unit, "eta"], "{first}");
        assert!(parts[3].parse::<f64>().unwrap() > 0.0 && parts[5].parse::<f64>().unwrap() > 0.0, "{first}");
        assert!(ran.err.lines().any(|line| line.starts_with("step 4/") && line.ends_with("the best so far")));
        let silent = place.train(what, &recipe, &["--progress", "none"]);
        assert_eq!((silent.succeeds().out.as_str(), silent.err.as_str()), ("", ""));
        place.remove("out");
    }
}

#[test]
fn the_metrics_have_a_line_a_logged_step_and_one_an_evaluation_with_the_promised_keys() {
    let place = Place::with_ids();
    for (what, recipe, name, logged, evaluated) in [
        ("finetune", FINETUNE.to_owned(), "dev/micro/f1", [3, 6, 9, 12].as_slice(), [4, 8, 12]),
        ("pretrain", pretrain("electra"), "replaced/loss", &[3, 6, 9], [4, 8, 10]),
    ] {
        // Logged steps do not depend on where a session ends.
        place.train(what, &recipe, &["--max-steps", "5"]).succeeds();
        place.train(what, &recipe, &[]).succeeds();
        let text = String::from_utf8(place.bytes("out/metrics.jsonl")).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let of = |kind: &str| lines.iter().filter(|line| line["kind"] == kind).cloned().collect::<Vec<Value>>();
        let (training, evaluations) = (of("training"), of("evaluation"));
        assert_eq!(training.len() + evaluations.len(), lines.len());
        let steps = |lines: &[Value]| lines.iter().map(|line| line["step"].as_u64().unwrap()).collect::<Vec<_>>();
        assert_eq!((steps(&training), steps(&evaluations)), (logged.to_vec(), evaluated.to_vec()));
        for line in &training {
            let keys: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, ["kind", "loss", "norm", "rate", "seconds", "speed", "step", "tokens"]);
            assert!(
                ["loss", "norm", "rate", "seconds", "speed"].iter().all(|key| line[key].as_f64().unwrap() > 0.0),
                "{line}"
            );
        }
        for line in &evaluations {
            let keys: Vec<&str> = line.as_object().unwrap().keys().map(String::as_str).collect();
            assert_eq!(keys, ["kind", "numbers", "score", "seconds", "step"]);
            assert!(line["numbers"][name].is_number(), "{line}");
        }
        let seconds: Vec<f64> = lines.iter().map(|line| line["seconds"].as_f64().unwrap()).collect();
        assert!(seconds.is_sorted());
        let tokens: Vec<u64> = training.iter().map(|line| line["tokens"].as_u64().unwrap()).collect();
        assert!(tokens.is_sorted() && tokens[0] > 100);
        place.remove("out");
    }
}
