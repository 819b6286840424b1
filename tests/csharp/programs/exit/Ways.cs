#nullable enable
using System;
using System.Diagnostics;
#if NET
using System.Runtime.InteropServices;
#endif
using System.Threading;
using System.Threading.Tasks;

namespace PalabraAI.Programs
{
    /// <summary>The ways in which a process ends.</summary>
    internal static class Ways
    {
        internal static int Go(string kind)
        {
            switch (kind)
            {
                case "return": return 3;
                case "exit": Environment.Exit(5); break;
                case "threadexit": new Thread(() => Environment.Exit(6)).Start(); Thread.Sleep(-1); break;
                case "poolexit": Task.Run(() => Environment.Exit(7)); Thread.Sleep(-1); break;
                case "throw": throw new InvalidOperationException("unhandled");
                case "threadthrow": new Thread(() => throw new InvalidOperationException("unhandled")).Start(); Thread.Sleep(-1); break;
                case "processexit": AppDomain.CurrentDomain.ProcessExit += (sender, ended) => Leave(); return 8;
                case "failfast": Environment.FailFast("on purpose"); break;
                case "stackoverflow": return Deeper(0);
                case "null": return Null(null);
                case "shutdown": PalabraLibrary.Shutdown(TimeSpan.Zero); return 13;
                case "disposed": Busy.Kept.Dispose(); Busy.Speaking.Dispose(); Busy.Account.Dispose(); return 14;
                case "int": Signal("INT"); break;
                case "term": Signal("TERM"); break;
                case "hup": Signal("HUP"); break;
                case "quit": Signal("QUIT"); break;
                case "intexit": Console.CancelKeyPress += (sender, pressed) => { pressed.Cancel = true; Environment.Exit(10); }; Signal("INT"); break;
                case "intleave": return AfterInterrupt();
#if NET
                case "termleave": return AfterTerm();
#endif
            }
            Thread.Sleep(-1);
            return 78;
        }

        private static int AfterInterrupt()
        {
            using var pressed = new ManualResetEventSlim();
            Console.CancelKeyPress += (sender, key) =>
            {
                key.Cancel = true;
                pressed.Set();
            };
            Signal("INT");
            pressed.Wait();
            Leave();
            return 11;
        }

#if NET
        private static int AfterTerm()
        {
            using var told = new ManualResetEventSlim();
            using var registration = PosixSignalRegistration.Create(PosixSignal.SIGTERM, context =>
            {
                context.Cancel = true;
                told.Set();
            });
            Signal("TERM");
            told.Wait();
            Leave();
            return 12;
        }
#endif

        private static void Leave()
        {
            Busy.Kept.End();
            Busy.Kept.Close(TimeSpan.FromMilliseconds(200));
            PalabraLibrary.Shutdown(TimeSpan.FromMilliseconds(500));
        }

        private static int Null(string? nothing)
        {
            try
            {
                return nothing!.Length;
            }
            catch (NullReferenceException)
            {
                return 9;
            }
        }

        private static int Deeper(int level) => level + Deeper(level + 1) + 1;

        private static void Signal(string name)
        {
            using Process sent = Process.Start("kill", "-" + name + " " + Process.GetCurrentProcess().Id)!;
            sent.WaitForExit();
        }
    }
}
