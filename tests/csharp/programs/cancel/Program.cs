// Cancellations: none loses an event, none holds a thread.
// usage: cancel amid TIMES | cancel silent
#nullable enable
using System;
using System.Threading.Tasks;

namespace PalabraAI.Programs
{
    internal static class Program
    {
        private static async Task<int> Main(string[] args)
        {
            switch (args[0])
            {
                case "amid": return await Amid.Run(int.Parse(args[1])) ? 0 : 1;
                case "silent": return await Silent.Run() ? 0 : 1;
            }
            return 2;
        }
    }
}
