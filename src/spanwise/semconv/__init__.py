"""Every attribute, event, metric, unit and bucket that Spanwise reads or writes; imports nothing."""
