file 7
