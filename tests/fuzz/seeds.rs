//! Whole inputs of each kind, small enough to be damaged often.

use super::targets;
use super::tiny;
use alam::formats::{self, OutputFormat, WriteOptions, jsonl};
use alam::{Document, Entity, Span};
use alam_models::quant::QuantWeights;
use alam_models::weights::{Weight, Weights, encoder_shapes};
use alam_models::{Config, weights};
use std::io::Write;

const TEXT: &str = "\u{feff}زار الرئيس فلاديمير بوتين القاهرة، وقال: «نعم» 😀.\r\nوَفِي مصر 2024!\n\nu@x.org";

const HTML: &str = "<!DOCTYPE html><title>ا &amp; ب</title><script>x</script><p class='x'>زار <b>قي</b>س&nbsp;سعيد<br>\n\
    <![CDATA[مصر]]><!-- لا --><ul><li>أول<li>ثان</ul><pre>سطر\nآخر</pre>&#x627;&amp;lt; \\n #دبي_الآن </p>";
const WRAPPED: &str = "> وصل رئيس الوزراء إلى العاصمة في زيارة قصيرة من\r\n> مطار القاهرة، وبحث مع الرئيس عبد الفتاح السيسي ما\r\n\
    > تم من أعمال في جنوب البلاد، ثم عاد إلى بيروت مع\r\n> الوفد.\r\n\r\n- أول\r\n- ثان\r\nﺓﺪﺤﺘﻤﻟﺍ ﻢﻣﻷﺍ يف ةنيدملا\r\n";
const UNIVERSAL: &str = "# newdoc id = a\n# sent_id = 1\n# text = زار وبيروت.\n1\tزار\t_\t_\t_\t_\t_\t_\t_\tNER=O\n\
    2-3\tوبيروت\t_\t_\t_\t_\t_\t_\t_\tSpaceAfter=No\n2\tو\t_\t_\t_\t_\t_\t_\t_\t_\n3\tبيروت\t_\t_\t_\t_\t_\t_\t_\tNER=B-LOC\n\
    3.1\tx\t_\t_\t_\t_\t_\t_\t_\t_\n4\t.\t_\t_\t_\t_\t_\t_\t_\t_\n\n";
const PLUS: &str =
    "# global.columns = ID FORM MISC X:NER\n1\tزار\t_\tO\n2-3\tللأمم\t_\t_\n2\tل\t_\tO\n3\tالأمم\t_\tS-ORG\n\n";

fn documents() -> Vec<Document> {
    let name = |label: &str, name: &str| {
        let start = TEXT.find(name).unwrap();
        Entity::new(Span::new(TEXT, start, start + name.len()).unwrap(), label).with_score(0.5)
    };
    let entities = vec![name("PER", "فلاديمير بوتين"), name("LOC", "القاهرة"), name("LOC", "مصر")];
    let date = Some("2024-05-01".into());
    vec![Document { id: "a".into(), date, text: TEXT.into(), entities, ..Document::default() }; 2]
}

fn written(format: OutputFormat) -> Vec<u8> {
    let mut bytes = Vec::new();
    let options = WriteOptions { text: jsonl::Text::With, ..WriteOptions::default() };
    let mut writer = formats::writer(format, &mut bytes, options).unwrap();
    documents().iter().for_each(|document| writer.write(document).unwrap());
    writer.finish().unwrap();
    drop(writer);
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// Weights of the smallest configuration, as whole files.
fn tensors() -> [Vec<u8>; 2] {
    let config = Config::from_json(targets::CONFIG, "config.json").unwrap();
    let mut shapes = encoder_shapes(&config);
    shapes.extend([("classifier.weight".into(), vec![3, 4]), ("classifier.bias".into(), vec![3])]);
    let weight = |shape: Vec<usize>| Weight { values: vec![0.5; shape.iter().product()], shape };
    let all: Weights = shapes.into_iter().map(|(name, shape)| (name, weight(shape))).collect();
    let folder = tempfile::tempdir().unwrap();
    let (floats, int8) = (folder.path().join("a.safetensors"), folder.path().join("b.safetensors"));
    weights::write(&floats, &config, &all, safetensors::Dtype::BF16).unwrap();
    QuantWeights::quantise(&all).unwrap().write(&int8).unwrap();
    [floats, int8].map(|path| std::fs::read(path).unwrap())
}

/// What annotation tools write.
fn gold() -> Vec<Vec<u8>> {
    let words = "\"tokens\":[\"زار\",\"بوتين\"],\"ner_tags\":";
    let list = format!(
        "[{{{words}[\"O\",\"S-PER\"]}},\n {{{words}[0,1]}},{{\"text\":[\"زار\",\"بوتين\"],\"label\":[[4,9,\"PER\"]]}}]"
    );
    let formats = [OutputFormat::LabelStudio, OutputFormat::Prodigy, OutputFormat::Doccano, OutputFormat::Gliner];
    formats.map(written).into_iter().chain([list.into_bytes()]).collect()
}

/// The seeds of a target.
pub(crate) fn of(target: &str) -> Vec<Vec<u8>> {
    let text = TEXT.as_bytes().to_vec();
    let one = |bytes: &str| vec![bytes.as_bytes().to_vec()];
    let table = |separator: &str| {
        format!("id{separator}text{separator}date\n1{separator}\"زار \"\"بوتين\"\",\n\"{separator}2024\n2\n")
    };
    match target {
        "jsonl" => vec![written(OutputFormat::Jsonl), b"{\"id\":1,\"text\":\"\\u0627\",\"entities\":null}".to_vec()],
        "json" => gold(),
        "conll" => vec![
            written(OutputFormat::Conll),
            b"a O\nb B-PER\nc I-PER\n\n# id = 1\nd I-LOC\n".to_vec(),
            b"a,O\nb,S-PER\n".to_vec(),
            b"1 a NN O\n2 b NN PER-B B-LOC\n".to_vec(),
        ],
        "conllu" => vec![UNIVERSAL.as_bytes().to_vec(), PLUS.as_bytes().to_vec()],
        "scheme" => one("O B-PER E-PER O S-LOC B_ORG PER-I L.ORG U-LOC BB_O_PER W-LOC PER LABEL_1"),
        "brat" => one(&format!("T1\tPER 12 20;21 26\tx\nT2\tLOC 27 34\tالقاهرة\n#1\tNote\n\0{TEXT}")),
        "encoded" => {
            let utf_16 =
                [&[0xff, 0xfe][..], &TEXT.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>()].concat();
            let page = [b"<meta charset=windows-1256>\xc8\xed\xd1\xe6\xca\n".to_vec(), vec![0xc7; 40]].concat();
            vec![utf_16, page, text]
        }
        "html" | "reading" => vec![HTML.as_bytes().to_vec(), WRAPPED.as_bytes().to_vec(), text],
        "csv" => one(&table(",")),
        "tsv" => one(&table("\t")),
        #[cfg(feature = "parquet")]
        "parquet" => vec![written(OutputFormat::Parquet)],
        "gzip" => vec![gzip(TEXT.as_bytes()), gzip(&[b'a'; 5000])],
        "zstd" => [TEXT.as_bytes(), &written(OutputFormat::Jsonl)]
            .map(|bytes| ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest))
            .to_vec(),
        "gazetteer" => one("# names\nبوتين\tPER\nالأمم المتحدة\tORG\n"),
        "settings" => one(&tiny::settings().to_json()),
        "config" => vec![tiny::config(&tiny::tokenizer()).into_bytes(), targets::CONFIG.as_bytes().to_vec()],
        "tokenizer" => vec![tiny::tokenizer().to_string().into_bytes()],
        "safetensors" => vec![tensors()[0].clone()],
        "int8" => vec![tensors()[1].clone()],
        _ => vec![text],
    }
}
