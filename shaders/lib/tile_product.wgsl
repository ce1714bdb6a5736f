// Adds $DEPTH terms of `left` and `right`, which lie in workgroup memory, to a thread's sums; see lib/tile_begin.wgsl.
    for (var k = 0u; k < $DEPTHu; k++) {
#for R 0 $ROWS4
      let a$R = left[k * $LEFTSTRIDEu + local.y * $ROWS4u + $Ru];
#endfor
#for C 0 $COLUMNS4
      let b$C = right[k * $RIGHTSTRIDEu + local.x + $Cu * $ACROSSu];
#for R 0 $ROWS4
#for I 0 4
      sum$Rx$Ix$C += a$R[$I] * b$C;
#endfor
#endfor
#endfor
    }
