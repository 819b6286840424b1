// What the binding promises, each shown by a process of its own: safe code cannot read freed memory or write behind an array,
// nothing that somebody waits for is lost, what is forgotten is given back, failures have their reason.
#nullable enable
using System;

namespace PalabraAI.Programs
{
    internal static class Program
    {
        private static int Main(string[] args)
        {
            (bool holds, string found) = Run(args);
            Console.WriteLine(found);
            return holds ? 0 : 1;
        }

        private static (bool, string) Run(string[] args)
        {
            switch (args[0])
            {
                case "overflow": return Arrays.LaterLine();
                case "options": return Arrays.ChangedOptions(int.Parse(args[1]));
                case "span": return Views.Forgotten(int.Parse(args[1]));
                case "huge": return Views.Huge();
                case "queue": return Held.QueueSessions();
                case "wakeup": return Held.Wakeup().GetAwaiter().GetResult();
                case "reason": return Reasons.OfAWait(int.Parse(args[1]));
                case "events": return ForgottenEvents.Run(int.Parse(args[1]));
                default: return (false, "usage: promises CASE");
            }
        }
    }
}
