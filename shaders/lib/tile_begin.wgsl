// A thread's sums of a tile: 4·$ROWS4 rows by $COLUMNS4 fours of columns, in registers.
#for R 0 $ROWS4
#for I 0 4
#for C 0 $COLUMNS4
  var sum$Rx$Ix$C = vec4f(0.0);
#endfor
#endfor
#endfor
