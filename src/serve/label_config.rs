//! The labelling configuration of a Label Studio project, as far as names in a text are concerned.
//!
//! `<Labels name="label" toName="text"><Label value="PER"/></Labels><Text name="text" value="$text"/>`. A label may say which
//! types of a model it stands for: `<Label value="Person" predicted_values="PER"/>`.

use html5gum::{StartTag, Token, Tokenizer};
use std::convert::Infallible;

/// A tag without its place.
type Tag = StartTag<()>;

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct LabelConfig {
    /// The tag that names are from.
    pub(crate) from_name: String,
    /// The tag that they are in.
    pub(crate) to_name: String,
    /// The field of a task's data with the text.
    pub(crate) field: String,
    /// Labels, each with the types that it stands for; none where all are as the model has them.
    labels: Vec<(String, Vec<String>)>,
}

impl Default for LabelConfig {
    fn default() -> Self {
        let (from_name, to_name, field) = ("label".into(), "text".into(), "text".into());
        LabelConfig { from_name, to_name, field, labels: Vec::new() }
    }
}

impl LabelConfig {
    /// Reads a configuration.
    ///
    /// # Errors
    /// One without labels for a text.
    pub(crate) fn read(xml: &str) -> Result<LabelConfig, String> {
        let tags: Vec<Tag> = Tokenizer::new(xml)
            .filter_map(|token| match token {
                Ok::<Token, Infallible>(Token::StartTag(tag)) => Some(tag),
                _ => None,
            })
            .collect();
        for labels in of(&tags, "labels") {
            let (Some(from_name), Some(to_name)) = (attribute(labels, "name"), attribute(labels, "toname")) else {
                continue;
            };
            let text = of(&tags, "text").find(|text| attribute(text, "name").as_deref() == Some(&to_name));
            let Some(field) = text.and_then(|text| attribute(text, "value")?.strip_prefix('$').map(str::to_owned))
            else {
                continue;
            };
            let label = |tag: &Tag| {
                let value = attribute(tag, "value")?;
                let types = attribute(tag, "predicted_values").unwrap_or_else(|| value.clone());
                Some((value, types.split(',').map(|label| label.trim().to_owned()).collect()))
            };
            let labels = of(&tags, "label").filter_map(label).collect();
            return Ok(LabelConfig { from_name, to_name, field, labels });
        }
        Err("wanted `<Labels name=… toName=…>` to a `<Text name=… value=\"$…\">`, found none".into())
    }

    /// The label that stands for a type.
    pub(crate) fn label_for<'a>(&'a self, label: &'a str) -> Option<&'a str> {
        if self.labels.is_empty() {
            return Some(label);
        }
        self.labels.iter().find(|(_, types)| types.iter().any(|known| known == label)).map(|(value, _)| value.as_str())
    }
}

/// The tags of a name, in any case.
fn of<'a>(tags: &'a [Tag], name: &'a str) -> impl Iterator<Item = &'a Tag> {
    tags.iter().filter(move |tag| tag.name.eq_ignore_ascii_case(name.as_bytes()))
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    let value = tag.attributes.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes()))?.1;
    String::from_utf8(value.to_vec()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tags_of_a_text_and_what_labels_stand_for_are_found() {
        let config = LabelConfig::read(
            "<View>\n<Header value=\"x\"/><Choices name=\"c\" toName=\"t\"><Choice value=\"a\"/></Choices>\
             <Labels name=\"ner\" toName=\"t\"><Label value=\"شخص\" predicted_values=\"PER, PERSON\" background=\"red\"/>\
             <Label value=\"LOC\"/></Labels><Text name=\"t\" value=\"$body\"/></View>",
        );
        let config = config.unwrap();
        assert_eq!((&*config.from_name, &*config.to_name, &*config.field), ("ner", "t", "body"));
        assert_eq!(config.label_for("PER"), Some("شخص"));
        assert_eq!(config.label_for("LOC"), Some("LOC"));
        assert_eq!(config.label_for("ORG"), None);
        assert_eq!(LabelConfig::default().label_for("ORG"), Some("ORG"));
    }

    #[test]
    fn one_without_labels_for_a_text_is_refused() {
        for xml in [
            "",
            "<View><Text name=\"t\" value=\"$x\"/></View>",
            "<Labels name=\"a\" toName=\"b\"/><HyperText name=\"b\" value=\"$x\"/>",
        ] {
            assert!(LabelConfig::read(xml).unwrap_err().starts_with("wanted `<Labels"), "{xml}");
        }
    }
}
