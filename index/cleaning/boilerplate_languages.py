"""Boilerplate phrases in German, French, Spanish, Italian, Portuguese and Dutch.

They are patterns for `boilerplate`, shared by news sites and blogs in these languages. The lines
that one site repeats are found in any language by `repeated_lines`.
"""

from __future__ import annotations

_SITES = r"(?:facebook|twitter|x|whatsapp|linkedin|telegram|instagram|youtube|e-?mail|mail)"


def _lines(rule: str, pattern: str) -> tuple[str, str]:
    return rule, pattern


LINES = (
    _lines(
        "advertisement",
        r"anzeige|werbung|advertorial|publicité|contenu sponsorisé|publicidad|contenido patrocinado"
        r"|pubblicità|contenuto sponsorizzato|publicidade|conteúdo patrocinado"
        r"|advertentie|gesponsord(?:e inhoud)?",
    ),
    _lines(
        "site menu",
        r"(?:direkt )?zum (?:haupt)?inhalt(?: springen)?|nach oben|beitragsnavigation"
        r"|aller au contenu(?: principal)?|retour en haut"
        r"|navigation (?:de l[’']article|des articles)"
        r"|(?:saltar|ir) al contenido(?: principal)?|volver arriba|navegación de entradas"
        r"|(?:vai|salta) al contenuto(?: principale)?|torna su|navigazione articoli"
        r"|(?:ir|pular|saltar) para o conteúdo(?: principal)?|voltar ao topo|navegação de posts?"
        r"|(?:ga )?(?:door )?naar (?:de )?(?:hoofd)?inhoud|naar boven|bericht ?navigatie",
    ),
    _lines(
        "link to another article",
        r"(?:lesen sie (?:auch|mehr|hierzu)|mehr zum thema|auch interessant|lire aussi|à lire aussi"
        r"|lisez aussi|lea también|lee también|le puede interesar|te puede interesar|leggi anche"
        r"|leia também|leia mais|veja também|lees ook|lees meer)"
        r"(?:\s*[:|»]\s*|\s+[–—-]\s+)(?P<linked>\S.{0,250})"
        r"|(?:hier )?weiterlesen|mehr (?:lesen|erfahren|anzeigen)|zum artikel"
        r"|lire (?:la suite|plus)|(?:voir|en savoir) plus"
        r"|(?:leer|ver|cargar) más|seguir leyendo|continuar leyendo"
        r"|leggi (?:tutto|di più)|continua a leggere|mostra altro"
        r"|(?:leia|ver|saiba|carregar) mais|continue (?:lendo|a ler)"
        r"|(?:lees|toon|laad) meer|lees verder",
    ),
    _lines(
        "newsletter",
        r"(?:(?:jetzt )?(?:(?:unseren |den |zum )?newsletter (?:abonnieren|anmelden))"
        r"|(?:abonnieren sie|abonniere|melden sie sich|melde dich)\b.{0,80}\bnewsletter\b.{0,60})"
        r"|(?:s[’']inscrire|s[’']abonner|inscrivez-vous|abonnez-vous|recevez)\b.{0,60}"
        r"\b(?:newsletters?|infolettres?|lettres? d[’']information)\b.{0,60}"
        r"|(?:suscríb[ea](?:te|se)|apúnta(?:te|se)|recib[ea])\b.{0,60}"
        r"\b(?:bolet[ií]n(?:es)?|newsletters?)\b.{0,60}"
        r"|(?:iscriviti|abbonati|ricevi)\b.{0,60}\bnewsletter\b.{0,60}"
        r"|(?:inscreva-se|subscreva|assine|receba)\b.{0,60}\b(?:newsletters?|boletim)\b.{0,60}"
        r"|(?:schrijf (?:je|u) in|meld (?:je|u) aan|abonneer (?:je|u)|ontvang)\b.{0,60}"
        r"\b(?:nieuwsbrief|nieuwsbrieven)\b.{0,60}",
    ),
    _lines(
        "legal notice",
        r"(?:.{0,100}[.,|–—-]\s*)?(?:alle rechte vorbehalten|tous droits réservés"
        r"|(?:todos los )?derechos reservados|(?:tutti i )?diritti riservati"
        r"|todos os direitos reservados|alle rechten voorbehouden)(?:\s*[.|©–—-].{0,100})?"
        r"|impressum|datenschutz(?:erklärung|hinweise?|einstellungen)?"
        r"|mentions légales|politique de confidentialité|conditions (?:générales )?d[’']utilisation"
        r"|aviso legal|política de (?:privacidad|cookies)|(?:términos y )?condiciones de uso"
        r"|note legali|informativa sulla privacy|termini e condizioni"
        r"|política de privacidade|termos (?:de uso|e condições)"
        r"|privacy ?(?:beleid|verklaring)|cookie ?beleid|algemene voorwaarden",
    ),
    _lines(
        "cookie notice",
        r"(?:wir verwenden|wir (?:be)?nutzen|diese (?:web)?site verwendet|diese webseite verwendet"
        r"|nous utilisons|(?:ce|notre) site (?:web )?utilise|(?:nosotros )?utilizamos|usamos"
        r"|est[ea] (?:sitio|página|site)(?: web)? (?:utiliza|usa)|utilizziamo|usiamo"
        r"|questo sito(?: web)? (?:utilizza|usa)|(?:wij|we) gebruiken|deze (?:web)?site gebruikt)"
        r"(?: (?:des|i|os|las|de|own|eigene|propias|dei))? cookies?\b.{0,250}"
        r"|alle(?: cookies)? (?:akzeptieren|ablehnen)|cookies (?:akzeptieren|ablehnen)"
        r"|tout (?:accepter|refuser)|(?:accepter|refuser) (?:tout|les cookies)"
        r"|(?:aceptar|rechazar) (?:todo|todas|todos|cookies|todas las cookies)"
        r"|(?:accetta|rifiuta) (?:tutti|tutto|i cookie|tutti i cookie)"
        r"|(?:aceitar|rejeitar) (?:tudo|todos|cookies|todos os cookies)"
        r"|alle(?:s| cookies)? (?:accepteren|weigeren)",
    ),
    _lines(
        "comment form",
        r"(?:schreiben? sie einen|schreibe einen|hinterlasse(?:n sie)? einen) kommentar"
        r"(?:\s*antworte?n? abbrechen)?|antworte?n? abbrechen|kommentar (?:schreiben|abschicken)"
        r"|(?:deine|ihre) e-?mail-?adresse wird nicht veröffentlicht\b.{0,90}"
        r"|erforderliche felder sind mit.{0,20}|meinen namen, meine e-?mail-?adresse.{0,120}"
        r"|(?:laisser|ajouter) un commentaire(?:\s*annuler la réponse)?|annuler la réponse"
        r"|votre adresse (?:e-?mail|de messagerie) ne sera pas publiée\b.{0,90}"
        r"|les champs obligatoires sont indiqués.{0,20}|enregistrer mon nom, mon e-?mail.{0,120}"
        r"|(?:deja|dejar) (?:una respuesta|un comentario)(?:\s*cancelar(?: la)? respuesta)?"
        r"|cancelar(?: la)? respuesta|los campos (?:obligatorios|necesarios) están marcados.{0,20}"
        r"|(?:tu|su) (?:dirección de )?correo electrónico no será publicad[oa]\b.{0,90}"
        r"|guarda(?:r)? mi nombre, correo electrónico.{0,120}"
        r"|lascia un commento(?:\s*annulla risposta)?|annulla risposta|invia commento"
        r"|il tuo indirizzo e-?mail non sarà pubblicato\b.{0,90}"
        r"|i campi obbligatori sono contrassegnati.{0,20}|salva il mio nome, e-?mail.{0,120}"
        r"|deixe (?:um comentário|uma resposta|o seu comentário)(?:\s*cancelar(?: a)? resposta)?"
        r"|cancelar(?: a)? resposta|(?:os )?campos obrigatórios (?:são|estão) marcados.{0,20}"
        r"|o seu endereço de e-?mail não será publicado\b.{0,90}"
        r"|(?:salvar|guardar) (?:os )?meus dados neste navegador.{0,120}"
        r"|(?:geef|laat|plaats) een reactie(?: achter)?(?:\s*reactie annuleren)?"
        r"|reactie (?:annuleren|plaatsen)"
        r"|(?:je|uw) e-?mailadres (?:wordt|zal) niet (?:gepubliceerd|worden gepubliceerd)\b.{0,90}"
        r"|(?:vereiste|verplichte) velden zijn gemarkeerd.{0,20}|mijn naam, e-?mail.{0,120}"
        r"|(?:kommentar|e-?mail-?adresse|nom|commentaire|nombre|comentario|correo electrónico"
        r"|nome|commento|comentário|naam|reactie)\s*\*",
    ),
    _lines(
        "sharing",
        rf"(?:(?:diesen )?(?:artikel|beitrag) )?teilen|(?:auf|per|via) {_SITES} teilen"
        rf"|partager(?: (?:l[’']|cet )article)?(?: (?:sur|par) {_SITES})?"
        rf"|compartir(?: (?:en|por) {_SITES})?|condividi(?: (?:su|via) {_SITES})?"
        rf"|(?:compartilh(?:ar|e)|partilh(?:ar|e))(?: (?:no|na|em|por|via) {_SITES})?"
        rf"|(?:delen|deel(?: dit(?: artikel| bericht)?)?)(?: (?:op|via) {_SITES})?"
        rf"|(?:folgen sie|folge) uns(?: (?:auf|bei) {_SITES}.{{0,40}})?"
        rf"|suivez-nous(?: sur {_SITES}.{{0,40}})?|sígu[ea]nos(?: en {_SITES}.{{0,40}})?"
        rf"|seguici(?: (?:su|anche su) {_SITES}.{{0,40}})?"
        rf"|(?:siga-nos|segue-nos)(?: (?:no|na|em) {_SITES}.{{0,40}})?"
        rf"|volg ons(?: op {_SITES}.{{0,40}})?",
    ),
)
"""Rules and the patterns of their lines, each for a whole line."""

LIST_HEADING = (
    r"das könnte (?:sie|dich|euch)(?: auch)? interessieren|auch interessant|mehr zum thema"
    r"|(?:ähnliche|weitere|verwandte|neueste|aktuelle) (?:artikel|beiträge|nachrichten|themen)"
    r"|meistgelesen(?:e artikel)?"
    r"|(?:vous aimerez|vous pourriez aimer|à lire|lire|lisez)(?: aussi| également)"
    r"|(?:articles|sujets) (?:similaires|récents|liés|associés)|sur le même (?:sujet|thème)"
    r"|(?:les )?(?:articles )?(?:les )?plus lus|derniers articles|dans la même rubrique"
    r"|(?:artículos|noticias|entradas|notas) (?:relacionad[oa]s|recientes)|lo más (?:leído|visto)"
    r"|(?:también )?(?:te|le) (?:puede|podría)(?: también)? interesar|(?:lea|lee) también"
    r"|(?:articoli|notizie) (?:correlat[ie]|recenti|simili)|(?:i )?più letti|leggi anche"
    r"|(?:potrebbe (?:anche )?interessarti|ti potrebbe interessare)(?: anche)?"
    r"|(?:artigos|notícias|posts|matérias) (?:relacionad[oa]s|recentes)|(?:as )?mais lidas"
    r"|(?:você )?(?:também )?(?:pode|poderá)(?: também)? gostar(?: de)?|(?:leia|veja) também"
    r"|(?:gerelateerde|recente|meer|verwante) (?:artikelen|berichten|nieuws)|meest gelezen|lees ook"
    r"|(?:dit )?vind je misschien ook (?:leuk|interessant)|meer over dit onderwerp"
)
"""A line that opens a list of other articles."""

SPEECH_VERBS = (
    r"sagte|sagt|erklärte|warnte|fragte|schrieb|a dit|a déclaré|déclare|demandé|averti|dijo|dice"
    r"|declaró|advirtió|preguntó|ha detto|disse|dichiarato|avvertito|chiesto|afirmou|declarou|zei"
    r"|zegt|verklaarde|waarschuwde|vroeg"
)
"""Verbs that report speech."""
