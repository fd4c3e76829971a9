"""The views of the first form of the store: name -> query."""

VIEWS = {
    "evidence_now": """
        SELECT e.contest_id, e.id, e.known, e.question, e.section, e.kind, e.by, e.source_kind, e.elector,
               (SELECT MIN(v.name) FROM electors v WHERE v.contest_id = e.contest_id AND v.id = e.elector) AS elector_name,
               e.stance, e.option, e.amount, e.firmness, e.quote, e.source, e.confidence, e.note,
               c.id AS claim_id, c.document_id, e.row_id, l.version
        FROM evidence e JOIN lines l ON l.id = e.row_id LEFT JOIN claims c ON c.row_id = e.row_id AND c.wrote""",
    "polls_now": """
        SELECT p.contest_id, p.poll, p.known, p.pollster, p.population, p.link, p.section, p.measure, p.base, p.option,
               p.share, p.sample, p.source, p.confidence, p.row_id, l.version
        FROM polls p JOIN lines l ON l.id = p.row_id""",
    "inbox": """
        SELECT c.id AS claim_id, d.contest_id, d.id AS document_id, d.title, d.outlet, d.author, d.published, c.kind,
               c.quote, c.speaker, c.modality, c.own, c.confidence, c.status
        FROM claims c JOIN documents d ON d.id = c.document_id WHERE c.status = 'open'""",
    "history": """
        SELECT j.id AS event_id, j.at, j.who, j.action, j.contest_id, j.summary, j.undoes,
               (SELECT MIN(u.id) FROM journal u WHERE u.undoes = j.id) AS undone_by,
               (SELECT COUNT(*) FROM journal_changes g WHERE g.event_id = j.id) AS changes
        FROM journal j""",
}
