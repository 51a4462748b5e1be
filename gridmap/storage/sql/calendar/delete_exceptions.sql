DELETE FROM calendar_exception WHERE notice_year = ANY (%(years)s)
