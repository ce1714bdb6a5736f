// The sums of lib/tile_begin.wgsl as an array, row by row, to be stored in a loop.
  var sums = array<vec4f, $SUMS>(
#for R 0 $ROWS4
#for I 0 4
#for C 0 $COLUMNS4
    sum$Rx$Ix$C,
#endfor
#endfor
#endfor
  );
