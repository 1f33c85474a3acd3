//! Columns of every kind through the program: schemes of tags, layers, commas, CoNLL-U, and what is said of them.

use crate::sandbox::Sandbox;

const WORDS: [&str; 6] = ["قال", "محمود", "عباس", "مصر", "منظمة", "التحرير"];
const SCHEMES: [(&str, [&str; 6]); 6] = [
    ("IOB1", ["O", "I-PER", "I-PER", "I-LOC", "I-ORG", "I-ORG"]),
    ("IOBES", ["O", "B-PER", "E-PER", "S-LOC", "B-ORG", "E-ORG"]),
    ("BILOU", ["O", "B-PER", "L-PER", "U-LOC", "B-ORG", "L-ORG"]),
    ("IOB2 behind types (PER-B)", ["O", "PER-B", "PER-I", "LOC-B", "ORG-B", "ORG-I"]),
    ("IOB2 with `.` (B.PER)", ["O", "B.PER", "I.PER", "B.LOC", "B.ORG", "I.ORG"]),
    ("bare types, whose neighbours are one name", ["O", "PER", "PER", "LOC", "ORG", "ORG"]),
];
const IOB2: &str = "-DOCSTART-\tO\n\nقال\tO\nمحمود\tB-PER\nعباس\tI-PER\nمصر\tB-LOC\nمنظمة\tB-ORG\nالتحرير\tI-ORG\n\n";

fn columns(tags: [&str; 6]) -> String {
    WORDS.iter().zip(tags).map(|(word, tag)| format!("{word}\t{tag}\n")).collect()
}

#[test]
fn every_scheme_is_converted_to_iob2_and_said_once() {
    for (said, tags) in SCHEMES {
        let sandbox = Sandbox::new();
        let text = columns(tags);
        sandbox.file("a.conll", format!("{text}\n{text}"));
        let ran = sandbox.run(&["convert", "a.conll", "--format", "conll"]);
        assert_eq!(ran.succeeds().out, IOB2.repeat(2), "{said}");
        let told = format!("alam: a.conll:1: tags are {said}, and written as IOB2");
        assert_eq!(ran.err.matches("tags are").count(), 1, "{}", ran.err);
        assert!(ran.err.lines().any(|line| line == told), "{told}\n{}", ran.err);
        // A pipe cannot be read twice.
        let args = ["convert", "-", "--input-format", "conll", "--format", "conll", "-q"];
        let piped = sandbox.run_with(&args, &text);
        assert_eq!((piped.succeeds().out.as_str(), piped.err.as_str()), (IOB2, ""));
    }
}

#[test]
fn gold_and_predictions_may_be_in_different_schemes() {
    let sandbox = Sandbox::new();
    sandbox.file("iob2.conll", IOB2);
    for (said, tags) in SCHEMES {
        sandbox.file("a.conll", columns(tags));
        // An `I-` that continues nothing is passed over in predictions, unless gold says what it means.
        let pairs = [("a.conll", "a.conll"), ("a.conll", "iob2.conll"), ("iob2.conll", "a.conll")];
        for (gold, predicted) in pairs.into_iter().filter(|(gold, _)| said != "IOB1" || *gold == "a.conll") {
            let ran = sandbox.run(&["eval", gold, predicted, "--json"]);
            assert_eq!(ran.succeeds().json()[0]["micro"]["f1"], 1.0, "{said}: {gold} {predicted}");
            assert!(ran.err.contains(&format!("tags are {said}")), "{}", ran.err);
        }
    }
    sandbox.file("a.conll", columns(SCHEMES[0].1));
    for (said, tags) in SCHEMES {
        sandbox.file("b.conll", columns(tags));
        let ran = sandbox.run(&["eval", "a.conll", "b.conll", "--json"]);
        assert_eq!(ran.succeeds().json()[0]["micro"]["f1"], 1.0, "{said}");
    }
    let ran = sandbox.run(&["eval", "iob2.conll", "a.conll", "--json", "--tag-scheme", "iob1", "-q"]);
    assert_eq!(ran.succeeds().json()[0]["micro"]["f1"], 1.0);
    assert!(ran.err.is_empty());
    sandbox
        .run(&["eval", "iob2.conll", "--tag-scheme", "conll"])
        .fails(2, "alam: invalid value 'conll' for '--tag-scheme");
}

#[test]
fn layers_commas_and_counting_columns_are_read_and_two_tags_in_one_refused() {
    let sandbox = Sandbox::new();
    sandbox
        .file("layers.conll", "زار O\nجامعة B-ORG\nبيرزيت I-ORG B-GPE\n")
        .file("counted.conll", "1 زار VBD O\n2 رام NNP B-LOC\n");
    sandbox.file("commas.conll", "زار,O\nرام,B-LOC\n").file("two.conll", "زار\tO\nجامعة\tB-ORG\nالأردن\tB-ORG B-GPE\n");
    sandbox.file("train.txt", "زار O\nرام B-LOC\n").file("test.conll03", "زار NN B-NP O\nرام NN B-NP B-LOC\n");
    let convert = |file: &str, more: &[&str]| sandbox.run(&[&["convert", file, "--format", "conll"], more].concat());
    let out = |text: &str| format!("-DOCSTART-\tO\n\n{text}\n");
    assert_eq!(convert("layers.conll", &[]).succeeds().out, out("زار\tO\nجامعة\tB-ORG\nبيرزيت\tI-ORG\n"));
    assert_eq!(
        convert("layers.conll", &["--tag-column", "3"]).succeeds().out,
        out("زار\tO\nجامعة\tO\nبيرزيت\tB-GPE\n")
    );
    for (file, said) in [
        ("counted.conll", "alam: counted.conll:1: the first column counts words"),
        ("commas.conll", "alam: commas.conll:1: columns are parted by `,`"),
        ("train.txt", "alam: train.txt:1: read as CoNLL, not as text"),
        ("test.conll03", "alam: 1 documents"),
    ] {
        let ran = convert(file, &[]);
        assert_eq!(ran.succeeds().out, out("زار\tO\nرام\tB-LOC\n"), "{file}");
        assert!(ran.err.lines().any(|line| line.starts_with(said)), "{file}: {}", ran.err);
    }
    convert("two.conll", &[])
        .fails(1, "alam: two.conll:3: wanted a tag `O`, `B-TYPE` or `I-TYPE`, found `B-ORG B-GPE`");
    convert("commas.conll", &["--tag-column", "NER"]).succeeds();
}

#[test]
fn a_carriage_return_within_a_line_is_an_error_and_one_at_its_end_is_not() {
    let sandbox = Sandbox::new();
    sandbox.file("mac.conll", "زار O\rرام B-LOC\rثم O\r").file("windows.conll", "زار O\r\nرام B-LOC\r\n");
    let convert = |file: &str| sandbox.run(&["convert", file, "--format", "conll"]);
    let wanted = "alam: mac.conll:1: wanted lines that end in a line feed, found a carriage return within one";
    convert("mac.conll").fails(1, wanted);
    assert!(convert("windows.conll").succeeds().out.contains("رام\tB-LOC\n"));
}

const CONLLU: &str = "# sent_id = s1\n# text = زار مصر وبيروت.\n1\tزار\t_\t_\t_\t_\t_\t_\t_\tNER=O\n2\tمصر\t_\t_\t_\t_\t_\t_\t_\tNER=B-LOC\n\
    3-4\tوبيروت\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n3\tو\t_\t_\t_\t_\t_\t_\t_\tNER=O\n4\tبيروت\t_\t_\t_\t_\t_\t_\t_\tNER=B-LOC\n\
    4.1\tمخفي\t_\t_\t_\t_\t_\t_\t_\t_\n5\t.\t_\t_\t_\t_\t_\t_\t_\t_\n";

#[test]
fn conllu_is_text_with_names_that_begin_inside_words() {
    let sandbox = Sandbox::new();
    sandbox.file("a.conllu", CONLLU);
    let ran = sandbox.run(&["convert", "a.conllu", "--format", "jsonl"]);
    let record = &ran.succeeds().json()[0];
    assert_eq!((record["id"].as_str(), record["text"].as_str()), (Some("s1"), Some("زار مصر وبيروت.")));
    let name = &record["entities"][1];
    assert_eq!((name["text"].as_str(), name["token_text"].as_str()), (Some("بيروت"), Some("وبيروت")));
    assert_eq!((name["start"].as_u64(), name["end"].as_u64()), (Some(9), Some(14)));
    assert!(ran.err.contains("alam: s1: tags are those of `NER` in MISC"), "{}", ran.err);
    let ran = sandbox.run(&["eval", "a.conllu", "a.conllu", "--json"]);
    assert_eq!(ran.succeeds().json()[0]["micro"]["support"], 2);
    assert_eq!(ran.json()[0]["micro"]["f1"], 1.0);
    for raw in [&[][..], &["--raw"]] {
        let ran = sandbox.run(&[&["eval", "a.conllu", "--json", "-q"], raw].concat());
        assert_eq!(ran.succeeds().json()[0]["micro"]["support"], 2, "{raw:?}");
    }
    for format in ["conll", "conllu"] {
        let args = ["tag", "a.conllu", "--input-format", format, "--format", "conll"];
        let ran = sandbox.run(&args);
        let words: Vec<&str> = ran.succeeds().out.lines().filter_map(|line| line.split('\t').next()).collect();
        assert_eq!(words[2..6], ["زار", "مصر", "وبيروت", "."], "{}", ran.out);
    }
}

#[test]
fn labels_of_a_model_can_be_named() {
    let sandbox = Sandbox::new();
    sandbox.file("a.txt", "زار بوتين مصر");
    let named = |names: &str| sandbox.run(&["tag", "a.txt", "--label-names", names]);
    let nine = "O,S-AAA,B-AAA,I-AAA,E-AAA,B-BBB,I-BBB,E-BBB,S-BBB";
    for record in named(nine).succeeds().json() {
        for name in record["entities"].as_array().unwrap() {
            assert!(["AAA", "BBB"].contains(&name["label"].as_str().unwrap()), "{name}");
        }
    }
    named("O,B-PER").fails(2, "alam: --label-names: wanted a name for each of the model's 9 labels, found 2");
    named(&nine.replace("S-AAA", "LABEL_1")).fails(2, "alam: --label-names: label 1: wanted `O`, `B-TYPE`");
    let ran = sandbox.run(&["info", "--json", "--label-names", nine]);
    assert_eq!(ran.succeeds().json()[0]["model"]["scheme"], "IOBES");
}
