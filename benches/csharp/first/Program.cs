// The figures of the first version of the binding, for benches/csharp/table.py.
using PalabraBench;

switch (args[0])
{
    case "service": Service.Run(args[1..]); return 0;
    case "idle": await Waiting.Idle(int.Parse(args[1]), int.Parse(args[2])); return 0;
    case "cancel": await Waiting.Cancel(int.Parse(args[1])); return 0;
    case "events": Events.Run(args[1], int.Parse(args[2]), int.Parse(args[3])); return 0;
    case "open": Opening.Run(); return 0;
}
return 2;
