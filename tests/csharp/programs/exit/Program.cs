// The process ends in each way there is, with sessions open and a thread or a task in each call that waits; nothing is disposed.
// usage: exit KIND [SESSIONS]; run by exit.py, which knows how each kind ends.
#nullable enable
using System;
using System.Threading;

namespace PalabraAI.Programs
{
    internal static class Program
    {
        private static int Main(string[] args)
        {
            Busy.Start(args.Length > 1 ? int.Parse(args[1]) : 3);
            Console.WriteLine("now");
            Console.Out.Flush();
            return Ways.Go(args[0]);
        }
    }
}
