//! A list of the user's own names beside a model, through the binary.

use super::load::folder;
use std::fs;
use std::process::Command;

/// What `alam tag` writes of a text, with this list and these flags.
fn tag(text: &str, names: &str, flags: &[&str]) -> String {
    let folder = folder();
    fs::write(folder.path().join("a.txt"), text).unwrap();
    fs::write(folder.path().join("names.tsv"), names).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_alam"));
    command.current_dir(folder.path()).args(["tag", "--model", ".", "--gazetteer", "names.tsv", "a.txt"]).args(flags);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn own_names_are_written_with_their_source_and_their_group() {
    let text = "وصل سامي حداد إلى بيروت، ثم قال لحدّاد إن للأفق الجديد كلمة.";
    let names = "سامي حداد\tGUEST\nحداد\tGUEST\nالأفق الجديد\tPARTY\n";
    let written = tag(text, names, &["--labels", "GUEST,PARTY", "--group"]);
    let wanted = concat!(
        r#"{"id":"a.txt","entities":["#,
        r#"{"start":4,"end":13,"label":"GUEST","text":"سامي حداد","source":"gazetteer","group":0},"#,
        r#"{"start":33,"end":38,"label":"GUEST","text":"حدّاد","token_start":32,"token_end":38,"token_text":"لحدّاد","#,
        r#""source":"gazetteer","group":1},"#,
        r#"{"start":44,"end":54,"label":"PARTY","text":"أفق الجديد","token_start":42,"token_end":54,"#,
        r#""token_text":"للأفق الجديد","canonical":"الأفق الجديد","source":"gazetteer","group":2}]}"#,
        "\n"
    );
    assert_eq!(written, wanted);
}

#[test]
fn an_own_name_across_two_of_the_models_takes_the_place_of_both() {
    let text = "زار بوتين مصر وقال محمد علي إن لبنان وفرنسا والأمم المتحدة في باريس";
    let spans = |written: &str| -> Vec<(usize, usize, bool)> {
        let record: serde_json::Value = serde_json::from_str(written).unwrap();
        let names = record["entities"].as_array().unwrap().iter();
        let number = |name: &serde_json::Value, key: &str| name[key].as_u64().unwrap() as usize;
        names.map(|e| (number(e, "start"), number(e, "end"), e["source"] == "gazetteer")).collect()
    };
    let plain = spans(&tag(text, "قططقط\tPER\n", &["--keep-clitics"]));
    assert!(plain.iter().all(|name| !name.2), "{plain:?}");
    let neighbours = plain.windows(2).position(|pair| pair[0].1 + 1 == pair[1].0).unwrap();
    let [first, second] = [plain[neighbours], plain[neighbours + 1]];
    // The last word of one and the first word of the other, whatever a model of random weights takes for names.
    let letters: Vec<char> = text.chars().collect();
    let from = (first.0..first.1).rev().find(|&i| letters[i] == ' ').map_or(first.0, |i| i + 1);
    let to = (second.0..second.1).find(|&i| letters[i] == ' ').unwrap_or(second.1);
    let name: String = letters[from..to].iter().collect();
    let own = spans(&tag(text, &format!("{name}\tPER\n"), &["--keep-clitics"]));
    let mut wanted = plain.clone();
    wanted.splice(neighbours..=neighbours + 1, [(from, to, true)]);
    assert_eq!(own, wanted);
}
