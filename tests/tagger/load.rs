use super::tiny;
#[test]
#[ignore]
fn placeholder() {
    use alam_models::Config;
    let t = tiny::tokenizer();
    let json = tiny::config(&t);
    let config = Config::from_json(&json, "c").unwrap();
    std::fs::create_dir_all("models/default").unwrap();
    std::fs::write("models/default/config.json", json).unwrap();
    std::fs::write("models/default/tokenizer.json", t.to_string()).unwrap();
    std::fs::write("models/default/tagger.json", tiny::settings().to_json()).unwrap();
    std::fs::write("models/default/model.int8.safetensors", tiny::int8(&config, tiny::Clitics::Head)).unwrap();
}
#[test]
fn see() {
    let tagger = tiny::tagger(tiny::Clitics::Head, alam::Options::default());
    let text = "وصل محمد بن سلمان إلى لندن أمس. وقال إن الاجتماع كان جيدا في مدينة حلب وباريس للأمم المتحدة";
    for e in tagger.tag(text).unwrap() {
        println!("{} {} {:?} {:?}", e.label, e.span.of(text), e.score, e.canonical);
    }
}
