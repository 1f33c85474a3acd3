//! A name is found wherever it stands in a sentence, with the model that ships.
//!
//! A model reads windows as long as `tagger.json` says. Where training hardly ever saw the last positions of a window, names
//! there vanish, and no score on sentences of usual length tells. So one name is put at every place of sentences that are
//! longer than a window, and what is found is compared with what is found among the same neighbours in a short sentence.

use alam::{Options, Source, Tagger};
use std::sync::LazyLock;

/// Prose without a name and without a stop.
const PROSE: &str = "كان الصباح هادئا حين خرج الناس إلى أعمالهم وامتلأت الطرق بالسيارات وفتحت المتاجر أبوابها بينما جلس العمال \
    قرب الجدار يشربون الشاي ويتحدثون عن ارتفاع الأسعار وعن موسم الأمطار الذي تأخر هذا العام كثيرا وقال أحدهم إن البئر القديمة \
    جفت تماما وإن المزارعين باتوا ينقلون الماء من مكان بعيد كل يوم ثم تذكر آخر كيف كانت الحقول خضراء في طفولته وكيف كان \
    الأطفال يركضون بين الأشجار حتى المساء ولم يكن أحد يفكر في الرحيل لأن الأرض كانت تكفي الجميع أما اليوم فقد تغير كل شيء \
    وصار الشباب يبحثون عن عمل في المصانع الكبيرة ويرسلون إلى أهلهم ما يزيد على حاجتهم وعندما يعودون في العطلة يجلسون مع \
    الكبار ويسمعون منهم الحكايات نفسها دون أن يملوا منها وقد سأل طفل صغير جدته مرة لماذا لا تكتب هذه الحكايات في كتاب \
    فضحكت وقالت إن الكلام الجميل يعيش طويلا إذا حفظه الناس في قلوبهم وإنها لا تعرف القراءة ولا الكتابة لكنها تعرف متى يحين \
    وقت الزرع ومتى يحين وقت الحصاد وفي تلك الليلة هبت ريح باردة من جهة الجبل فأغلقت النوافذ وأشعلت النار واجتمعت الأسرة حول \
    المائدة وأكل الجميع خبزا ساخنا وزيتونا وجبنا ثم ناموا باكرا لأن العمل في الغد كثير ولأن الطريق إلى السوق طويل ومتعب";

/// Names to try, with words that lead to them; those that the model knows in short sentences are looked for in long ones.
const NAMES: [(&str, &str); 9] = [
    ("في مدينة", "بيروت"),
    ("كما قال الرئيس", "باراك أوباما"),
    ("لدى", "منظمة الصحة العالمية"),
    ("قرب العاصمة", "دمشق"),
    ("كما قال الكاتب", "محمد علي"),
    ("أمام", "جامعة القاهرة"),
    ("كما قالت الكاتبة", "فاطمة حسن"),
    ("كما قال الوزير", "سامي الحداد"),
    ("إلى", "تونس"),
];
/// Names that are looked for.
const LOOKED_FOR: usize = 3;
/// Leading words, and a name.
type Name = (&'static str, &'static str);

/// Words on either side of a name in a short sentence.
const AROUND: usize = 8;
/// Words between two copies of the name in a sentence: too many for one to help the other much.
const APART: usize = 30;
/// Share of its places in short sentences where a name has to be found to be looked for in long ones.
const KNOWN: f64 = 0.95;
/// What a long sentence may lose of the names that short ones give.
const LOST: f64 = 0.03;

/// Sentences apart: one in which a name is found must not help another.
static TAGGER: LazyLock<Tagger> =
    LazyLock::new(|| Tagger::load(&Source::Embedded, Options { second_look: false, ..Options::default() }).unwrap());

/// So many words of prose, over and over.
fn prose(words: usize) -> Vec<&'static str> {
    PROSE.split_whitespace().cycle().take(words).collect()
}

/// The name before each of these words, and how often it was found there.
fn found(words: &[&str], (lead, name): Name, places: &[usize]) -> usize {
    let (mut text, mut wanted) = (String::new(), Vec::new());
    for place in 0..=words.len() {
        if places.contains(&place) {
            text += &format!("{lead} {name} ");
            wanted.push((text.len() - 1 - name.len(), text.len() - 1));
        }
        text.extend(words.get(place).map(|word| format!("{word} ")));
    }
    let names = TAGGER.tag(&text).unwrap();
    wanted.iter().filter(|(from, to)| names.iter().any(|e| (e.span.start(), e.span.end()) == (*from, *to))).count()
}

/// The share of the places `0..=words` of prose where a name is found among a few neighbours.
fn in_short_sentences(name: Name, words: usize) -> f64 {
    let prose = prose(words);
    let around = |place: usize| (place.saturating_sub(AROUND), (place + AROUND).min(words));
    let places = (0..=words).map(|place| {
        let (from, to) = around(place);
        found(&prose[from..to], name, &[place - from])
    });
    places.sum::<usize>() as f64 / (words + 1) as f64
}

/// The share of the places of a sentence of so many words where a name is found, a few of them at a time.
fn in_a_sentence(name: Name, words: usize) -> f64 {
    let prose = prose(words);
    let places = (0..APART).map(|first| {
        let places: Vec<usize> = (first..=words).step_by(APART).collect();
        found(&prose, name, &places)
    });
    places.sum::<usize>() as f64 / (words + 1) as f64
}

#[test]
fn a_name_is_found_at_every_place_of_a_long_sentence_as_in_a_short_one() {
    let period = PROSE.split_whitespace().count();
    let short = NAMES.map(|name| (name, in_short_sentences(name, period)));
    let known: Vec<(Name, f64)> = short.into_iter().filter(|(_, share)| *share >= KNOWN).take(LOOKED_FOR).collect();
    assert_eq!(known.len(), LOOKED_FOR, "too few names are known in short sentences: {short:?}");
    let wanted = known.iter().map(|(_, share)| share).sum::<f64>() / known.len() as f64;
    for words in [60, 100, 200, 2000] {
        let share = known.iter().map(|(name, _)| in_a_sentence(*name, words)).sum::<f64>() / known.len() as f64;
        println!("{words} words: {share:.4} of the names, in short sentences {wanted:.4}");
        assert!(share >= wanted - LOST, "{words} words: {share:.3} of the names, in short sentences {wanted:.3}");
    }
}
