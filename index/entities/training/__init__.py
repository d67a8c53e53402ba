"""How the models were made: data, teacher, students. Needs PyTorch; never imported at run time."""
