"""One module per family of question kinds: lines in, a draft out; the draft is finished after rendering."""
