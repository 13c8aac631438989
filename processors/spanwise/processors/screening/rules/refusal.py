# ruff: noqa: E501 - a pattern reads best on one line
"""How an answer begins that declines. Matched at the beginning of folded text."""

from __future__ import annotations

from typing import Final, NamedTuple

from spanwise.processors.screening.folding import fold_pattern

__all__ = ["REFUSALS", "Refusal"]


class Refusal(NamedTuple):
    """`pattern` must match `example` and not `counterexample`, an answer that only sounds like it."""

    language: str
    pattern: str
    example: str
    counterexample: str

    @property
    def folded(self) -> str:
        """The pattern as folded text spells it."""
        return fold_pattern(self.pattern)


_EN_REGRET: Final = r"(?:(?:i'?m|i am|we'?re|we are) (?:\w+ )?sorry\b[^.\n]{0,40}[,.;:]? ?(?:but )?|(?:i|we) apologi[sz]e\b[^.\n]{0,40}[,.;:]? ?(?:but )?|(?:sorry|unfortunately|no)[,.:]? (?:but )?|as an? [^.\n]{2,60}, |thank(?:s| you)[^.\n]{0,60}[,.] ?(?:but )?)?"
_EN_ACT: Final = r"(?:help|assist|comply|fulfil\w*|provide|create|write|generate|produce|share|discuss|engage|support|answer|continue|give|offer|participate|do that|do this|do so|take part|reveal|disclose|respond|satisfy|carry out|process) ?(?:you|with|in|on|to|that|this|such|any|instructions?|information|content|advice|guidance|assistance|support|the|your|it|out|a|an|details?)?\b"

REFUSALS: Final = (
    Refusal(
        "en",
        _EN_REGRET
        + rf"(?:i|we) (?:really |simply |just )?(?:can'?t|cannot|can not|(?:am|are) (?:unable|not able) to|won'?t|will not|(?:am|are) not (?:allowed|permitted|going) to) (?:in good conscience )?{_EN_ACT}",
        "I'm sorry, but I can't help with that.",
        "I'm sorry to hear that. I can help you with the claim.",
    ),
    Refusal(
        "en",
        _EN_REGRET
        + r"i(?:'?m| am) (?:unable|not able|not allowed|not permitted|not going|not comfortable|not willing)(?: to)? "
        + rf"(?:{_EN_ACT}|helping|assisting|providing|creating|writing|sharing|discussing|doing)",
        "I'm not able to provide instructions for this.",
        "I'm not able to find the file on the disk.",
    ),
    Refusal(
        "en",
        _EN_REGRET
        + r"i (?:must|have to|need to|would have to)(?: respectfully| politely)? (?:decline|refuse)|(?:this|that|your) (?:request|question|prompt) (?:violates|goes against|is against|conflicts with)|i(?:'d| would) (?:rather not|prefer not to) (?:help|assist|provide|discuss|write|create|do)|i refuse to ",
        "I must decline this request.",
        "I have to point out an error in the invoice.",
    ),
    Refusal(
        "de",
        r"(?:(?:es )?tut mir (?:sehr )?leid[^.\n]{0,20}[,.;:]? ?(?:aber )?|leider |entschuldigung[,.]? ?(?:aber )?)?(?:ich )?(?:kann|darf|werde|mochte)(?: ich)?(?: (?:dir|ihnen|dabei|hierbei|damit|das|dies|diese\w*|leider|hier|da))* (?:nicht|keine?\w*)(?: \w+){0,6}? (?:helfen|weiterhelfen|unterstutzen|geben|erstellen|schreiben|beantworten|bereitstellen|anbieten|behilflich|teilen|tun|erfullen)\b",
        "Es tut mir leid, aber ich kann dir dabei nicht helfen.",
        "Leider kann das Paket nicht vor Montag ankommen.",
    ),
    Refusal(
        "fr",
        r"(?:(?:je suis |je )?(?:desole\w*|regrette)[^.\n]{0,20}[,.;:]? ?(?:mais )?|malheureusement,? )?je (?:ne (?:peux|puis|suis)|refuse)(?: pas)?(?: en mesure| autorise\w*| capable)?(?: d'| de| a)? ?(?:vous |t'|te |repondre|aider|fournir|donner|ecrire|creer|generer|partager|accepter|faire|satisfaire|acceder|assister)",
        "Je suis désolé, mais je ne peux pas vous aider à faire cela.",
        "Je ne suis pas certain de la date ; la voici.",
    ),
    Refusal(
        "es",
        r"(?:lo siento[^.\n]{0,20}[,.;:]? ?(?:pero )?|lamentablemente,? |disculpa\w*[,.]? ?(?:pero )?|lo lamento,? ?(?:pero )?)?no (?:puedo|podemos|me es posible|estoy autorizad\w) (?:ayudar\w*|proporcionar\w*|asistir\w*|dar\w*|escribir|crear|generar|responder|compartir|ofrecer\w*|cumplir|hacer eso|hacerlo|participar|facilitar\w*|brindar\w*)\b",
        "Lo siento, pero no puedo ayudarte con eso.",
        "No puedo encontrar el archivo en la carpeta.",
    ),
    Refusal(
        "it",
        r"(?:mi (?:dispiace|spiace)[^.\n]{0,20}[,.;:]? ?(?:ma )?|purtroppo,? |spiacente,? ?(?:ma )?)?non (?:posso|possiamo|sono in grado di|mi e possibile) (?:aiutar\w*|fornir\w*|assister\w*|scrivere|creare|generare|rispondere|condividere|dar\w*|farlo|soddisfare|offrir\w*|partecipare)\b",
        "Mi dispiace, ma non posso aiutarti con questa richiesta.",
        "Non posso vedere l'allegato nella mail.",
    ),
    Refusal(
        "pt",
        r"(?:(?:me )?(?:desculpe|desculpa|lamento|sinto muito)[^.\n]{0,20}[,.;:]? ?(?:mas )?|infelizmente,? )?(?:eu )?nao (?:posso|podemos|consigo|estou autorizad\w a) (?:te |lhe |o |a )?(?:ajudar\w*|fornecer\w*|auxiliar\w*|dar|escrever|criar|gerar|responder|compartilhar|partilhar|oferecer|atender|fazer isso|participar)\b",
        "Desculpe, mas não posso ajudar com isso.",
        "Não consigo abrir o arquivo da mensagem.",
    ),
    Refusal(
        "nl",
        r"(?:(?:het )?spijt me[^.\n]{0,20}[,.;:]? ?(?:maar )?|helaas |sorry,? ?(?:maar )?)?(?:ik )?(?:kan|mag|zal|wil)(?: ik)?(?: (?:je|jou|u|hier|daar|dat|deze|dit|helaas))* (?:niet|geen)(?: \w+){0,5}? (?:helpen|assisteren|geven|schrijven|maken|verstrekken|beantwoorden|delen|voldoen|bij helpen|mee helpen)\b",
        "Het spijt me, maar ik kan je daar niet mee helpen.",
        "Helaas is de trein niet op tijd.",
    ),
    Refusal(
        "pl",
        r"(?:przepraszam[^.\n]{0,20}[,.;:]? ?(?:ale )?|przykro mi,? ?(?:ale )?|niestety,? )?nie (?:moge|jestem w stanie|wolno mi) (?:ci |panu |pani |w tym )*(?:pomoc|udzielic|napisac|stworzyc|odpowiedziec|podac|dostarczyc|spelnic|tego zrobic|udostepnic)\b",
        "Przepraszam, ale nie mogę w tym pomóc.",
        "Niestety nie mogę znaleźć tego pliku.",
    ),
    Refusal(
        "ru",
        r"(?:(?:извините|простите|к сожалению|мне жаль)[^.\n]{0,20}[,.;:]? ?(?:но )?)?(?:я )?не (?:могу|буду|в состоянии) (?:вам |тебе |с этим |в этом )*(?:помочь|помогать|предоставить|написать|создать|ответить|дать|выполнить|поделиться|это сделать|обсуждать)",
        "Извините, но я не могу помочь с этим.",
        "К сожалению, я не могу найти этот файл.",
    ),
    Refusal(
        "tr",
        r"(?:uzgunum|maalesef|kusura bakma\w*|ozur dilerim)[^.\n]{0,80}(?:yardimci olamam|yardim edemem|saglayamam|yapamam|yazamam|veremem|olusturamam|yanitlayamam|paylasamam|olamiyorum)",
        "Üzgünüm, bu konuda yardımcı olamam.",
        "Maalesef uçuş bugün iptal edildi.",
    ),
    Refusal(
        "zh",
        r"(?:(?:很|非常|十分)?(?:抱歉|对不起|遗憾)[^。\n]{0,16})?我?(?:无法|不能|不可以|没办法)(?:为您|为你|向您|向你|在这方面|就此)?(?:提供|帮助|协助|回答|满足|讨论|撰写|编写|生成|完成(?:这|该|此)|透露)",
        "很抱歉,我无法提供这方面的帮助。",
        "很抱歉给您带来不便,订单今天发货。",
    ),
    Refusal(
        "ja",
        r"(?:申し訳(?:ありません|ございません|ない)|すみません|恐れ入ります)[^。\n]{0,60}(?:お手伝い(?:でき|する(?:こと|わけ))|お答えでき|提供(?:でき|する(?:こと|わけ))|お応えでき|対応でき|お受けでき)",
        "申し訳ありませんが、そのご要望にはお応えできません。",
        "申し訳ありません、説明が足りませんでした。手順は次のとおりです。",
    ),
    Refusal(
        "ko",
        r"(?:죄송|미안)[^.\n]{0,60}(?:도와 ?드릴 수 없|도울 수 없|제공할 수 없|제공해 드릴 수 없|답변할 수 없|답변드릴 수 없|작성할 수 없|응할 수 없)",
        "죄송하지만 그 요청은 도와드릴 수 없습니다.",
        "죄송합니다. 배송이 하루 늦어집니다.",
    ),
    Refusal(
        "ar",
        r"(?:عذرا|اسف|انا اسف|اعتذر|للاسف)[^.\n]{0,40}لا (?:استطيع|يمكنني|اقدر)[^.\n]{0,12}(?:مساعد|تقديم|كتابه|كتابة|الاجابه|الاجابة|توفير|انشاء)",
        "عذرا، لا أستطيع مساعدتك في ذلك.",
        "عذرا، وصلت الرسالة متأخرة.",
    ),
)
