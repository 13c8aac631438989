# ruff: noqa: E501 - a pattern reads best on one line
"""How a text gives orders to an assistant, and how an assistant speaks of the orders it has."""

from __future__ import annotations

from typing import Final, NamedTuple

__all__ = ["KEPT", "ORDERS", "Kept", "Orders"]


class Orders(NamedTuple):
    """`told` is how an assistant speaks of its orders, `ordered` how they sound themselves. Both match folded text.

    `telling` is an example of `told`; `order` of `ordered`, twice at least.
    """

    language: str
    told: str
    ordered: str
    telling: str
    order: str


ORDERS: Final = (
    Orders(
        "en",
        r"\bmy (?:\w+ ){0,2}?(?:instructions?|guidelines|rules|prompt|set-?up|brief|briefing|directives|configuration)\b|\bmy orders (?:are|say)\b|\bthe system (?:prompt|message) (?:i have|says|tells|asks|requires|instructs)\b|\bi(?:'ve| have|'m| am| was) (?:been )?(?:told|instructed|asked|configured|set up|programmed|directed|ordered|given|supposed|meant|expected|required|forbidden|to [a-z]|not (?:to|allowed|permitted|supposed|meant))\b|\b(?:they|somebody|someone) (?:\w+ )?(?:want|told|asked|instructed|expect|set)(?:s|ed)? me\b",
        r"\byou(?:'re| are) (?:an? |the )?(?:[\w',]+ ){0,5}?(?:assistant|agent|bot|chatbot|guide|tutor|concierge|advis[eo]r|helper|model|expert|specialist|coach|host|keeper|persona)\b|\byou (?:play|act as|help with|address|speak|despise|answer|collect|compare|look after|take orders|may (?:offer|give|only)|must not|must never)\b|\b(?:never|do not|don't|must not|may not|should not|but not) (?:\w+ )?(?:mention|reveal|disclose|discuss|talk|speak|tell|say|promise|offer|admit|recommend|comment|speculate|answer|respond|show|share|give|volunteer|threaten|store|print|announce|confirm|quote|explain|invent|use|run|ask|refer|push)\b|\b(?:if|when|whenever|unless|after|before|until) (?:an?|the|any) (?:customer|client|guest|visitor|user|employee|patient|player|learner|student|caller|member|household|reader|buyer)s?\b|\b(?:if|when|whenever|unless) (?:someone|somebody|anyone|anybody|asked|attacked|you are asked)\b|\b(?:the|tell|send|call every) (?:customer|client|guest|visitor|user|player|learner|patient|caller|journalist)s?\b|\b(?:customers|clients|guests|visitors|users|players|learners|patients|employees|callers) (?:who|are|with|of|that|must|may)\b|\balways (?:ask|answer|reply|respond|use|end|start|begin|name|give|say|mention|check|offer|greet|recommend)\b|\b(?:say|tell them) (?:only )?that\b|\b(?:answer|reply|respond|write|speak|use|keep) (?:\w+ ){0,3}?(?:in|under|below|shorter|fewer|tone|language|polite|calm)\b|\b(?:recommend|offer|send|refer|escalate|forward|direct) (?:\w+ ){1,5}?(?:to|first|only|at the end)\b|\bkeep (?:the secret|quiet)\b",
        "I've been told to be brief.",
        "Never mention the warehouse. If a customer insists, say that you do not know.",
    ),
    Orders(
        "de",
        r"\bmeine[nr]? (?:\w+ ){0,2}?(?:anweisung|vorgabe|instruktion|regel|richtlinie|prompt)\w*|\bmein (?:\w+ )?(?:system-?prompt|prompt|auftrag)\b|\bich (?:wurde|bin) (?:\w+ ){0,3}?(?:angewiesen|instruiert|programmiert|beauftragt|gebeten|konfiguriert|angehalten)\b|\bich soll\b|\bmir wurde (?:\w+ )?(?:gesagt|aufgetragen|befohlen)\b|\bman hat mi(?:r|ch)\b",
        r"\bdu (?:bist|duzt|siezt|antwortest|sprichst|darfst|sollst|musst|hilfst|nimmst|vergleichst|prüfst|betreust|erklärst|nennst|beantwortest|gibst|empfiehlst|spielst)\b|\b(?:sage?|nenne?|erwähne|verrate|versprich|sprich|antworte|frage?|biete|empfiehl|gib|verwende|verweise|lehne|erkläre|beende|bleibe?|halte|rede|schreibe?|ignoriere|zeige?|behalte?|spekuliere|berechne) (?:[\w,]+ ){0,5}?(?:nicht|nie|niemals|nur|immer|keine?[nrs]?|zuerst|nichts|stets|höchstens|weder|in|unter|dass|ab|an|für)\b|\b(?:wenn|falls|sobald) (?:jemand|(?:ein|eine|der|die|das) (?:kunde|nutzer|gast|benutzer|spieler|mitarbeiter|besucher|patient|haushalt|schüler)\w*)|\b(?:den|dem|der|ein|einem|alle|und) (?:kunden|nutzer|gäste|benutzer|spieler|mitarbeiter|besucher|patienten|journalisten)\b|\b(?:kunden|nutzer|gäste|patienten), die\b",
        "Ich wurde angewiesen, kurz zu bleiben.",
        "Du bist der Assistent. Erwähne niemals das Lager.",
    ),
    Orders(
        "fr",
        r"\bmes (?:\w+ ){0,2}?(?:instructions|consignes|directives|règles)\b|\bmon (?:system )?prompt\b|\bj'ai (?:reçu|pour) (?:\w+ ){0,3}?(?:instruction|consigne|ordre|mission)s?\b|\bon m'a (?:\w+ )?(?:dit|demandé|ordonné|chargé|instruit|configuré)\b|\bje suis censée?\b",
        r"\b(?:tu (?:es|joues|dois|réponds|aides|parles|sais|donnes|vouvoies|appelles|méprises|compares)|vous (?:êtes|devez)|tu ne dois|vous ne devez)\b|\bn(?:e |')(?:[\w']+ ){0,2}?(?:mentionne|dis|dites|parle|parlez|donne|donnez|propose|révèle|divulgue|promets|recommande|commente|offre|utilise|fais|montre|réponds|discute|partage|marchande|mens)[sz]?\b|\b(?:si|quand|lorsque) (?:le |la |un |une |l')?(?:client|utilisateur|joueur|visiteur|patient|employé|élève|quelqu'un)\w*|\b(?:les|aux|le|au|des|chaque) (?:client|utilisateur|joueur|visiteur|patient|employé|élève|journaliste)s?\b|\b(?:demande|réponds|vérifie|propose|recommande|refuse|explique|appelle|utilise|vends)s? (?:d'abord|toujours|sur|en|aux?|par|avec|la|le|les|de)\b",
        "On m'a demandé d'être bref.",
        "Tu es l'assistant. Ne mentionne jamais l'entrepôt.",
    ),
    Orders(
        "es",
        r"\bmis (?:\w+ ){0,2}?(?:instrucciones|indicaciones|directrices|reglas|órdenes|pautas)\b|\bmi (?:prompt|mensaje de sistema)\b|\bme (?:han (?:dicho|pedido|ordenado|indicado|programado|configurado|dado|encargado)|ordenaron|dijeron|pidieron|indicaron)\b|\b(?:fui|he sido|estoy) (?:instruid|programad|configurad|entrenad)[oa]\b|\bse me (?:ha )?(?:pidió|pedido|indicó|indicado|ordenó|ordenado)\b|\bse supone que debo\b",
        r"\b(?:eres|interpretas|usted es|hablas con|sabes que|no debes|atiendes|desprecias)\b|\b(?:nunca|no|jamás|ni) (?:l[eo]s? |la )?(?:mencion|dig|revel|habl|promet|ofrezc|recomiend|coment|anunci|us|compart|ejecut|hag|respond|guard|muestr|discut|admit|especul|pregunt|contest|d)(?:e|a|es|as)\b|\b(?:si|cuando) (?:un |una |el |la |los )?(?:client|usuari|alguien|jugador|paciente|visitante|emplead|huésped|alumn|persona)\w*|\b(?:el|los|las|al|un|una|cada) (?:client|usuari|jugador|paciente|visitante|emplead|huésped|contratista|periodista)[aeos]*\b|\b(?:responde|contesta|pregunta|recomienda|usa|dirige|indica|mantén|ofrece|ofrécele|verifica|explica|restablece|diles?|niégate|guarda) (?:sol[oa]|siempre|en|primero|que|al?|el|la|las|los|con|un|una|menos)\b",
        "Me han dicho que sea breve.",
        "Eres el asistente. Nunca menciones el almacén.",
    ),
    Orders(
        "it",
        r"\ble mie (?:\w+ ){0,2}?(?:istruzioni|regole|direttive|linee guida)\b|\bil mio prompt\b|\bmi (?:è stato|hanno) (?:detto|chiesto|ordinato|indicato|imposto)\b|\bsono stat[oa] (?:istruit|programmat|configurat|incaricat)[oa]\b",
        r"\b(?:tu )?sei (?:un|una|il|la|lo|l')|\b(?:non devi|devi (?:sempre|rispondere|dire))\b|\b(?:non|mai) (?:\w+ )?(?:menzionare|dire|rivelare|parlare|promettere|offrire|dare|usare|ammettere|mostrare|fare|consigliare|condividere|chiedere|commentare|rispondere)\b|\b(?:se|quando) (?:un |una |il |la |i |l')?(?:client|utent|qualcun|giocator|pazient|visitator|dipendent|alliev|ospit|student)\w*|\b(?:il|i|gli|al|ai|un|l'|all'|che l') ?(?:client|utent|giocator|pazient|visitator|dipendent|alliev|ospit)[aeio]\b|\b(?:nuovi|tutti gli altri) pazienti\b|\b(?:rispondi|chiedi|usa|di'|indica|mantieni|correggi|proponi|offri|fingi|spiega|verifica|consiglia) (?:\w+ ){0,2}?(?:la|il|lo|un|una|in|al|di|solo|sempre|subito|che|con|le|i)\b",
        "Mi è stato detto di essere breve.",
        "Sei un assistente. Non parlare mai del magazzino.",
    ),
    Orders(
        "pt",
        r"\bminhas (?:\w+ ){0,2}?(?:instruções|regras|diretrizes|ordens)\b|\bmeu prompt\b|\bfui (?:instruíd|programad|configurad|orientad)[oa]\b|\b(?:me disseram|me pediram|disseram-me|pediram-me|foi-me dito|foi-me pedido)\b",
        r"\bvocê (?:é|deve|ajuda|fala|responde|verifica|não é|não deve)\b|\b(?:nunca|não|jamais|nem) (?:\w+ )?(?:mencion|dig|revel|fal|promet|ofereç|recomend|coment|us|compartilh|avali|guard|mostr|discut|admit|especul|faç|respond|pergunt|execut)(?:e|a|es|as)\b|\b(?:se|quando) (?:um |uma |o |a |os )?(?:client|usuári|utilizador|alguém|jogador|pacient|visitant|funcionári|hóspede|alun)\w*|\b(?:o|os|ao|aos|um) (?:client|usuári|utilizador|jogador|pacient|visitant|funcionári|hóspede)\w*|\b(?:responda|pergunte|recolha|diga|escreva|verifique|recuse|indique|ofereça|use|peça|recomende|encerre|atrase) (?:\w+ ){0,2}?(?:a|o|as|os|em|aos?|que|só|cada|com)\b",
        "Fui instruído a ser breve.",
        "Você é o assistente. Nunca mencione o armazém.",
    ),
    Orders(
        "nl",
        r"\bmijn (?:\w+ ){0,2}?(?:instructies|richtlijnen|regels|opdracht|prompt)\b|\bik (?:ben|werd) (?:\w+ ){0,2}?(?:geïnstrueerd|geprogrammeerd|ingesteld)\b|\bmij is (?:verteld|gezegd|opgedragen)\b|\bmen heeft mij\b",
        r"\b(?:je|u|jij) (?:bent|mag|moet) (?:de|een|het|niet|nooit|altijd)\b|\b(?:noem|zeg|geef|vertel|gebruik|antwoord|meld|verwijs|vraag|beloof|bespreek|deel|onthul|bied|vermeld) (?:[\w,]+ ){0,5}?(?:niet|nooit|geen|alleen|altijd|dan|dat|in|naar|door)\b|\b(?:als|wanneer|indien) (?:iemand|(?:een|de) (?:klant|gebruiker|medewerker|speler|gast|bezoeker|patiënt|leerling))\b|\b(?:de|een) (?:klant|gebruiker|medewerker|speler|gast|bezoeker|patiënt|leerling)(?:en|s)?\b",
        "Mij is verteld dat ik kort moet zijn.",
        "Je bent de assistent. Noem nooit het magazijn, zeg dat je niets weet.",
    ),
    Orders(
        "pl",
        r"\bmo(?:je|jego|ja|jej|ich|im) (?:\w+ ){0,2}?(?:instrukcj|wytyczn|zasad|reguł|polece)\w*|\b(?:kazano|powiedziano|polecono|nakazano) mi\b|\bmam za zadanie\b",
        r"\bjesteś \w+|\bnie (?:wolno ci|mów|ujawniaj|wspominaj|oferuj|obiecuj|udzielaj|komentuj|rozmawiaj|podawaj|polecaj|pokazuj|zdradzaj)|\bnigdy nie \w+|\b(?:jeśli|jeżeli|gdy|kiedy) (?:klient|ktoś|użytkownik|gracz|pacjent|gość|pracownik)|\b(?:klien(?:t|c|tów|ta)|użytkownik|gracz|pacjen[ct]|pracowni[ck])(?:a|i|om|ów|em|y)?\b|\b(?:odpowiadaj|zapytaj|sprawdź|zaproponuj|przekaż|używaj|pytaj)\b",
        "Kazano mi odpowiadać krótko.",
        "Jesteś asystentem. Nigdy nie wspominaj o magazynie.",
    ),
    Orders(
        "sv",
        r"\bmina (?:\w+ ){0,2}?(?:instruktioner|riktlinjer|regler)\b|\bjag (?:har|blev) (?:\w+ )?(?:instruerats|ombedd|tillsagd|fått order|fått instruktioner|programmerats)\b|\bjag är (?:instruerad|programmerad)\b",
        r"\bdu (?:är|ska|svarar|jämför|får|hjälper)\b|\b(?:berätta|säga?|nämn|rekommendera|lova|svara|fråga|förklara|avslöja|hota|använd|erbjud|hänvisa|diskutera) (?:[\w,]+ ){0,4}?(?:aldrig|inte|bara|endast|alltid|att|på|med|så)\b|\b(?:om|när) (?:någon|(?:en )?(?:kund|användare|spelare|gäst|patient))|\b(?:kunden|kunder|användaren|hushåll|gästen|spelaren)\b",
        "Jag har instruerats att vara kortfattad.",
        "Du är assistenten. Nämn aldrig lagret.",
    ),
    Orders(
        "da, no",
        r"\bmine (?:\w+ ){0,2}?(?:instruktioner|instrukser|retningslinjer|regler)\b|\bjeg (?:er|har|ble|blev) (?:\w+ )?(?:instruer(?:t|et)|bedt om|fått beskjed|fået besked|programmer(?:t|et))\b",
        r"\bdu (?:er|skal|må|svarer|hjelper|hjælper) (?:aldrig?|ikke|en|et|den|kun|assistent\w*)\b|\b(?:fortell|fortæl|nevn|nævn|svar|si|sig|avslør|afslør|lov|tilby|tilbyd) (?:[\w,]+ ){0,4}?(?:aldrig?|ikke|kun|alltid|altid|at|på|med)\b|\b(?:hvis|når) (?:noen|nogen|(?:en )?(?:kunde|bruge?r|gjest|gæst|spiller|pasient|patient))|\b(?:kunden|kundene|kunderne|brukeren|brugeren|gjesten|gæsten)\b",
        "Jeg er blevet bedt om at fatte mig i korthed.",
        "Du er assistenten. Nævn aldrig lageret. Hvis en kunde spørger, så svar ikke.",
    ),
    Orders(
        "cs",
        r"\bmoje (?:\w+ )?(?:instrukce|pokyny|pravidla)\b|\bbylo mi (?:řečeno|nakázáno)\b|\bmám (?:za úkol|pokyn)\b",
        r"\bjsi \w+|\bnikdy ne\w+|\bne(?:zmiňuj|říkej|prozrazuj|slibuj|nabízej|dávej|mluv|ukazuj|zmiň|prozraď)\b|\b(?:pokud|když|jestliže) (?:zákazník|někdo|uživatel|host|hráč|pacient)|\b(?:odpovídej|zeptej se|doporuč|nabídni|ověřuj)\b",
        "Bylo mi řečeno, abych byl stručný.",
        "Jsi asistent. Nikdy nezmiňuj sklad.",
    ),
    Orders(
        "ro",
        r"\b(?:instrucțiunile|regulile) mele\b|\bmi s-a (?:spus|cerut|ordonat)\b|\bam fost (?:instruit|programat|configurat)ă?\b",
        r"\bești (?:un|o|\w+ul|asistent\w*)\b|\bnu (?:menționa|spune|dezvălui|promite|oferi|discuta|vorbi|da)\b|\b(?:dacă|când) (?:un client|o clientă|clientul|utilizatorul|cineva)\b|\bniciodată nu\b|\b(?:răspunde|întreabă|recomandă|oferă|verifică) (?:în|mereu|doar|la|întâi)\b",
        "Mi s-a spus să fiu scurt.",
        "Ești asistentul. Nu menționa depozitul.",
    ),
    Orders(
        "fi",
        r"\bohjeeni\b|\bohjeitteni\b|\bminu[nal]+ (?:on )?(?:ohjeistettu|käsketty|pyydetty)\b",
        r"\bolet \w+|\bälä (?:koskaan )?(?:mainitse|kerro|paljasta|lupaa|tarjoa|puhu|keskustele|anna|sano)\b|\b(?:jos|kun) (?:asiakas|käyttäjä|joku|vieras|potilas|pelaaja)\b|\b(?:vastaa|kysy|suosittele|tarjoa|käytä) (?:aina|vain|ensin)\b",
        "Minua on ohjeistettu vastaamaan lyhyesti.",
        "Olet avustaja. Älä koskaan mainitse varastoa.",
    ),
    Orders(
        "hu",
        r"\baz utasításaim\b|\b(?:azt mondták nekem|arra utasítottak|azt az utasítást kaptam)\b",
        r"\bte (?:egy|a|az|vagy)\b|\b(?:soha )?ne (?:mondd|említsd|ígérj|áruld|ajánlj|beszélj|adj|oszd)|\bha (?:egy|a|az) (?:ügyfél|felhasználó|vendég|játékos|beteg)|\bha valaki\b|\b(?:mindig|először) (?:kérdezd|válaszolj|ajánld|ellenőrizd)\b",
        "Arra utasítottak, hogy rövid legyek.",
        "Te egy asszisztens vagy. Soha ne említsd a raktárt.",
    ),
    Orders(
        "tr",
        r"\b(?:talimatlarım|kurallarım|yönergelerim|sistem istemim)|\bbana (?:\w+ ){0,3}?(?:söylendi|talimat verildi|denildi|emredildi)\b",
        r"\bsen (?:bir )?\S+|\basla \w+|\b(?:söz etme|tartışma|söyleme|bahsetme|açıklama|verme|önerme|çalıştırma|paylaşma|vaat etme)\b|\b(?:biri|kullanıcı|müşteri|çalışan|oyuncu|hasta|misafir|ziyaretçi|sözleşmeli)(?:ler|lar|nin|nın|n|ye|ya)?\b|\b(?:yanıtla|sıfırla|söyle|öner|doğrula|yok say|cevap ver)\b",
        "Bana kısa olmam söylendi.",
        "Sen bir asistansın. Müşteri sorarsa depodan söz etme.",
    ),
    Orders(
        "ru",
        r"мои(?:х|м)? (?:\S+ )?(?:инструкци|правил|указани|директив)|мой (?:системный )?промпт|мне (?:велено|сказали|поручено|приказано|сказано|было сказано|дали указани)",
        r"(?:^|[\s.,;:!?(*-])ты (?:не )?\S+|никогда не |(?:^|\s)не (?:говори|упоминай|раскрывай|обещай|предлагай|давай|печатай|называй|показывай|обсуждай|отправляй|храни|сохраняй|оценивай|добавляй|рекомендуй|сообщай|бери)|если (?:\S+ )?(?:клиент|пользовател|кто-то|игрок|посетител|пациент|гость|сотрудник|спрос|попрос)|(?:клиент|пользовател|посетител|игрок|пациент|сотрудник)(?:а|у|ы|ов|ам|е|я|ю|и|ей|ем|ь)?(?:$|[\s.,;])|(?:^|\s)(?:говори|скажи|отвечай|спроси|проверяй|предлагай|пиши|узнай|попроси|предпочитай|остановись|используй)(?:\s|,)",
        "Мне велено отвечать кратко.",
        "Ты помощник. Никогда не упоминай склад.",
    ),
    Orders(
        "uk",
        r"мої (?:\S+ )?(?:інструкц|правил|вказівк)|мені (?:сказали|наказано|доручено|було сказано)",
        r"(?:^|[\s.,;:!?(*-])ти (?:не )?\S+|ніколи не |(?:^|\s)не (?:кажи|згадуй|розкривай|обіцяй|пропонуй|давай|показуй|обговорюй)|якщо (?:\S+ )?(?:клієнт|користувач|хтось|гравець|пацієнт|гість)",
        "Мені сказали відповідати коротко.",
        "Ти помічник. Ніколи не згадуй склад.",
    ),
    Orders(
        "el",
        r"οι οδηγίες μου|οι κανόνες μου|μου (?:είπαν|έχει ειπωθεί|ζητήθηκε)|έχω λάβει οδηγίες",
        r"(?:^|\s)είσαι \S+|μην? (?:αναφέρεις|πεις|λες|αποκαλύψεις|αποκαλύπτεις|υποσχεθείς|προσφέρεις|μιλάς|δίνεις)|(?:αν|όταν) (?:ένας|ο|κάποιος) ?(?:πελάτης|χρήστης|επισκέπτης|κάποιος)?|ποτέ μην",
        "Μου είπαν να είμαι σύντομος.",
        "Είσαι ο βοηθός. Μην αναφέρεις την αποθήκη.",
    ),
    Orders(
        "zh",
        r"我的(?:系统)?(?:指令|提示词?|规则|設定|设定|指示|准则|任务)|我被(?:要求|告知|指示|设定|设置)|(?:要求|告诉|指示|让)我(?:不要|不能|必须|要)|系统提示",
        r"(?:你|您)(?:是|必须|应该|应当|不能|不得|只能|扮演|负责|的任务)|(?:不要|切勿|请勿|禁止|不得|不可|从不|绝不)(?:向|主动|再)?(?:提及|透露|说|泄露|告诉|讨论|承诺|提供|打印|报告|推荐|推送|使用|添加|承认|给|评论)|(?:如果|当|若)(?:有人|用户|客户|员工|顾客|玩家|患者|访客)|(?:用户|客户|员工|顾客|玩家|患者)(?:提到|要求|询问|问|需要)|(?:始终|总是|务必|优先|只使用|一律)|回答(?:保持|时|要)|语回答",
        "我被要求简短回答。",
        "你是助手。不要提及仓库。",
    ),
    Orders(
        "ja",
        r"私の(?:システム)?(?:指示|プロンプト|ルール|設定)|(?:指示|命令|設定)されて(?:い|お)|と(?:言われて|指示され|命じられ)",
        r"あなたは|(?:し|言わ|見せ|話さ|認め|教え|使わ|明かさ|勧め|渡さ)ないでください|てはいけません|ふりをして|(?:ユーザー|お客様|顧客|学習者|ゲスト|プレイヤー|患者|社員|従業員|生徒)(?:が|に)|(?:決して|絶対に|常に|必ず)|(?:求められ|聞かれ|尋ねられ)(?:たら|ない限り|た場合)",
        "簡潔に答えるよう指示されています。",
        "あなたはアシスタントです。倉庫のことは言わないでください。",
    ),
    Orders(
        "ko",
        r"(?:나의|내|저의|제) (?:시스템 )?(?:지시|지침|프롬프트|규칙)|(?:지시|지침)(?:을|를)? ?받았|라고 (?:지시|들었)",
        r"당신은|너는|절대 |결코 |(?:말|언급|공개|약속|제안|추천|논의)하지 ?(?:마|말)|(?:사용자|고객|손님|직원|환자|플레이어)(?:가|이|에게)|(?:항상|반드시) ",
        "짧게 대답하라는 지시를 받았습니다.",
        "당신은 도우미입니다. 고객이 물어도 창고를 언급하지 마세요.",
    ),
    Orders(
        "ar",
        r"تعليماتي|قواعدي|توجيهاتي|طلب مني|قيل لي|أمرت أن|تم توجيهي",
        r"(?:^|\s)أنت \S+|لا (?:تذكر|تقل|تكشف|تعد|تقدم|تهدد|تستخدم|تفصح|تتحدث|تناقش|تخبر|تعط|تشارك)|(?:إذا|عندما|حين) (?:سأل|سئل|طلب|ذكر|اشتكى|قال|أراد)|(?:العميل|العملاء|المستخدم|الزبون|الضيف|الزائر|اللاعب|المريض|الموظف|الأسر)|أبدًا|(?:^|\s)(?:أوص|اسأل|أجب|اشرح|تجيب|تقارن)(?:\s|$)",
        "قيل لي أن أكون موجزا.",
        "أنت المساعد. لا تذكر المستودع.",
    ),
    Orders(
        "hi",
        r"मेरे (?:निर्देश|नियम)|मुझे (?:कहा गया|बताया गया|निर्देश)",
        r"(?:आप|तुम) (?:एक|\S+ (?:हैं|हो))|कभी (?:न|नहीं|मत) |(?:यदि|अगर|जब) (?:कोई|ग्राहक|उपयोगकर्ता)|ग्राहक (?:को|से|के)|मत (?:बताना|बताओ|कहना|करना)|(?:न|नहीं) बताएं",
        "मुझे कहा गया है कि संक्षिप्त रहूँ।",
        "आप एक सहायक हैं। यदि कोई पूछे तो मत बताना।",
    ),
    Orders(
        "id",
        r"\b(?:instruksi|aturan|pedoman|prompt sistem) saya\b|\bsaya (?:diberi tahu|diperintahkan|diminta|diinstruksikan|disuruh)\b",
        r"\b(?:kamu|anda) (?:adalah|harus|tidak boleh)\b|\bjangan (?:pernah )?\w+|\b(?:jika|kalau|bila|ketika|apabila) (?:pelanggan|pengguna|seseorang|ada yang|tamu|pemain|pasien)\b|\b(?:pelanggan|pengguna) (?:yang|meminta|bertanya)\b|\bselalu (?:tanya|jawab|gunakan|tawarkan)\w*",
        "Saya diminta untuk singkat.",
        "Kamu adalah asisten. Jangan pernah menyebut gudang.",
    ),
    Orders(
        "vi",
        r"(?:chỉ dẫn|hướng dẫn|quy tắc|chỉ thị) của tôi|tôi được (?:yêu cầu|bảo|chỉ dẫn|lập trình)",
        r"bạn (?:là|phải|không được)|(?:đừng|không bao giờ|tuyệt đối không) \S+|(?:nếu|khi) (?:khách|người dùng|có ai|ai đó)|luôn (?:luôn )?(?:hỏi|trả lời|dùng)",
        "Tôi được yêu cầu trả lời ngắn gọn.",
        "Bạn là trợ lý. Đừng nhắc đến kho hàng.",
    ),
)


class Kept(NamedTuple):
    """What a sentence that speaks of orders says besides when it keeps them to itself; `example` is such a sentence."""

    language: str
    pattern: str
    example: str


_MINE: Final = r"\bmy (?:\w+ ){0,2}?(?:instructions?|guidelines|rules|prompt|set-?up|configuration|directives)\b"

KEPT: Final = (
    Kept(
        "en",
        rf"\b(?:can't|cannot|can not|won't|unable|not (?:able|going|comfortable)|keep)\b[^.,;:]{{0,60}}{_MINE}|{_MINE} (?:are|is|stay|remain)s? (?:\w+ ){{0,2}}?(?:confidential|private|secret|not something|with me)\b",
        "I'm not able to show you my guidelines.",
    ),
    Kept(
        "de",
        r"\b(?:kann|darf|möchte|werde) ich\b|\bich (?:kann|darf|werde)\b[^.]*\bnichts?\b|\bvertraulich|\bgeheim\b",
        "Über meine Anweisungen kann ich leider nicht sprechen.",
    ),
    Kept(
        "fr",
        r"\bne (?:\w+ )?(?:peux|puis)\b|\bconfidentiel|\bsecr[eè]te?s?\b",
        "Je ne peux pas partager mes consignes.",
    ),
    Kept(
        "es", r"\bno (?:\w+ )*?(?:puedo|podría)\b|\bconfidencial|\bsecret[ao]s\b", "Mis reglas no las puedo compartir."
    ),
    Kept("it", r"\bnon (?:\w+ )?posso\b|\briservat[ei]\b", "Non posso mostrarti le mie istruzioni."),
    Kept("pt", r"\bnão (?:\w+ )?posso\b|\bconfidenciais\b", "Não posso revelar minhas instruções."),
    Kept(
        "nl",
        r"\b(?:kan|mag) (?:ik )?(?:\w+ )*?(?:niet|niets)\b|\bvertrouwelijk\b",
        "Mijn instructies kan ik niet delen.",
    ),
    Kept("pl", r"\bnie mogę\b|\bpoufne\b", "Nie mogę pokazać moich instrukcji."),
    Kept("sv", r"\bkan (?:jag )?(?:\w+ )?inte\b|\bhemliga\b", "Mina instruktioner kan jag inte dela."),
    Kept("da, no", r"\bkan (?:jeg )?(?:\w+ )?ikke\b|\bfortrolige\b", "Jeg kan ikke vise dig mine instruktioner."),
    Kept("cs", r"\bnemohu\b|\bdůvěrné\b", "Moje pokyny vám nemohu ukázat."),
    Kept("ro", r"\bnu (?:\w+ )?pot\b|\bconfidențiale\b", "Nu pot arăta instrucțiunile mele."),
    Kept("fi", r"\ben voi\b|\bluottamuksellisia\b", "En voi näyttää ohjeitani, ohjeeni ovat omiani."),
    Kept(
        "hu",
        r"\bnem (?:\w+ )?(?:oszthatom|mutathatom|adhatom)\b|\bbizalmas",
        "Az utasításaim tartalmát nem oszthatom meg.",
    ),
    Kept("tr", r"\w+(?:amam|emem|amıyorum|emiyorum)\b|\bgizli", "Talimatlarımı paylaşamam."),
    Kept("ru", r"не могу|нельзя|конфиденциальн", "Я не могу показать мои инструкции."),
    Kept("uk", r"не можу|конфіденційн", "Я не можу показати мої інструкції."),
    Kept("el", r"δεν μπορώ|εμπιστευτικ", "Δεν μπορώ να δείξω, οι οδηγίες μου είναι δικές μου."),
    Kept(
        "zh",
        r"(?:无法|不能|不便)(?:向您|向你|与您|和你)?(?:分享|透露|展示|告诉|提供|公开)我的|我的(?:系统)?(?:指令|提示词?|规则|设定|指示|准则)(?:都?是)?(?:保密|机密)",
        "抱歉，我无法分享我的指令。",
    ),
    Kept(
        "ja",
        r"(?:お見せ|お伝え|お教え|共有|公開)(?:すること)?(?:は)?でき|お答えできません",
        "私の指示はお見せできません。",
    ),
    Kept("ko", r"수 없(?:습니다|어요)|비밀", "제 지시는 보여 드릴 수 없습니다."),
    Kept("ar", r"لا (?:أستطيع|يمكنني)|سرية", "لا أستطيع مشاركة تعليماتي."),
    Kept("hi", r"नहीं (?:\S+ )?सकत|गोपनीय", "मैं मेरे निर्देश साझा नहीं कर सकता।"),
    Kept("id", r"\btidak (?:bisa|dapat)\b|\brahasia\b", "Saya tidak bisa membagikan instruksi saya."),
    Kept("vi", r"không thể|bảo mật", "Tôi không thể chia sẻ chỉ dẫn của tôi."),
)
