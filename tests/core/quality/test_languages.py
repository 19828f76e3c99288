import pytest

from claude_batch_desk.core.quality.languages import language

SENTENCES = {
    "English": "The parcel was delivered to the wrong house, and nobody has answered the mails.",
    "German": "Das Paket wurde an das falsche Haus geliefert, und niemand hat auf die Mails "
    "geantwortet.",
    "French": "Le colis a été livré à la mauvaise adresse et personne n'a répondu aux messages "
    "que la cliente a envoyés.",
    "Spanish": "El paquete fue entregado en la casa equivocada y nadie ha contestado los correos.",
    "Italian": "Il pacco è stato consegnato alla casa sbagliata e nessuno ha risposto alle mail "
    "che il cliente ha mandato.",
    "Portuguese": "O pacote foi entregue na casa errada e ninguém respondeu às mensagens que o "
    "cliente mandou para a loja.",
    "Dutch": "Het pakket is bij het verkeerde huis bezorgd en niemand heeft op de mails van de "
    "klant geantwoord.",
    "Swedish": "Paketet har levererats till fel hus och ingen har svarat på de mejl som kunden "
    "har skickat för att klaga.",
    "Danish or Norwegian": "Pakken er blevet leveret til det forkerte hus, og der er ikke nogen, "
    "som har svaret på de mails, kunden har sendt.",
    "Polish": "Paczka została dostarczona do złego domu i nikt nie odpowiedział na wiadomości, "
    "które klient wysłał do sklepu, że jest źle.",
    "Cyrillic letters": "Посылка доставлена не в тот дом.",
    "Greek": "Το δέμα παραδόθηκε σε λάθος σπίτι.",
    "Arabic letters": "تم تسليم الطرد إلى المنزل الخطأ",
    "Hebrew": "החבילה נמסרה לבית הלא נכון",
    "Japanese": "荷物は間違った家に配達されました。",
    "Chinese": "包裹送到了错误的房子。",
    "Korean": "소포가 잘못된 집으로 배달되었습니다.",
}


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_tells_its_language(name: str) -> None:
    assert language(SENTENCES[name]) == name


@pytest.mark.parametrize(
    "text",
    [
        "",
        "delivery",
        "OK",
        "Berlin, Paris, Madrid",
        "12.50 EUR",
        "Mr. Smith",
        "东京",
        "Müller GmbH",
    ],
)
def test_a_few_words_tell_nothing(text: str) -> None:
    assert language(text) == ""


def test_a_text_that_quotes_another_language_at_length_is_in_neither() -> None:
    mixed = f"{SENTENCES['English']} {SENTENCES['German']}"
    assert language(mixed) == ""


def test_a_foreign_name_does_not_change_the_language() -> None:
    told = "The customer of “Die Bäckerei und das Café” is not happy with the bread that was sent."
    assert language(told) == "English"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("How do I cancel? The link in the mail gives a 404.", "English"),
        ("Ich komme nicht mehr in mein Konto, angeblich falsches Passwort.", "German"),
        ("Pouvez-vous m'envoyer une facture pour toute l'année ?", "French"),
        ("Quiero cambiar el Hub 3, no encaja con mi caldera. Sigue en su caja.", "Spanish"),
        ("Nie mogę się zalogować, mail nie przychodzi.", "Polish"),
    ],
)
def test_what_people_write_about_themselves_tells_it_too(text: str, name: str) -> None:
    assert language(text) == name
