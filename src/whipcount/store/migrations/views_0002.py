"""The views that the second form of the store adds: name -> query."""

VIEWS = {
    "counts_now": """
        SELECT c.key, c.asked, c.who, c.rulebook, c.options, c.winner, c.says, c.problem, c.finished,
               CASE WHEN c.record IS NOT NULL THEN 'done' WHEN c.problem IS NOT NULL OR j.state = 'failed' THEN 'failed'
                    ELSE j.state END AS state,
               (SELECT COUNT(*) FROM count_files f WHERE f.count_key = c.key AND f.role = 'ballots') AS files
        FROM counts c LEFT JOIN jobs j ON j.id = c.job_id""",
}
