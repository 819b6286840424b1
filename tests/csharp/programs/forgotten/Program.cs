// What is forgotten is given back. usage: forgotten locals
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
                case "locals": return await ForgottenLocals.Run() ? 0 : 1;
            }
            return 2;
        }
    }
}
