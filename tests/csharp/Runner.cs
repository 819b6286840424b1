// A small test runner: no test framework is needed to compile or run the tests.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;

namespace PalabraAI.Tests
{
    internal sealed class CheckFailed : Exception
    {
        internal CheckFailed(string what) : base(what)
        {
        }
    }

    internal static class Check
    {
        internal static void That(bool holds, string what)
        {
            if (!holds)
                throw new CheckFailed(what);
        }

        internal static void Equal<T>(T found, T wanted, string what)
        {
            if (!EqualityComparer<T>.Default.Equals(found, wanted))
                throw new CheckFailed(what + ": " + found + " and not " + wanted);
        }

        /// <summary>For calls whose result is a number or a status.</summary>
        internal static void Equal(int found, Status wanted, string what)
        {
            Equal((Status)found, wanted, what);
        }

        internal static T Throws<T>(Action action, string what) where T : Exception
        {
            try
            {
                action();
            }
            catch (T thrown)
            {
                return thrown;
            }
            throw new CheckFailed(what + ": nothing was thrown");
        }

        internal static PalabraException Refused(Status code, Action action)
        {
            var thrown = Throws<PalabraException>(action, code.Name());
            Equal(thrown.Status.Name(), code.Name(), thrown.Message);
            return thrown;
        }
    }

    internal static class Runner
    {
        private static int passed, failed;
        private static StreamWriter report;

        internal static int All(string[] args, params IEnumerable<Action>[] groups)
        {
            string filter = args.Length > 0 ? args[0] : "";
            string path = Environment.GetEnvironmentVariable("PALABRA_TEST_REPORT");
            if (path != null)
                report = new StreamWriter(path) { AutoFlush = true };
            foreach (IEnumerable<Action> tests in groups)
            {
                foreach (Action test in tests)
                {
                    string name = test.Method.DeclaringType.Name + "." + test.Method.Name;
                    if (name.Contains(filter))
                        Run(name, test);
                }
            }
            Tell("end");
            Console.WriteLine("csharp: {0} passed, {1} failed", passed, failed);
            return failed == 0 && (passed > 0 || filter.Length > 0) ? 0 : 1;
        }

        // For run.py, which counts the tests.
        private static void Tell(string line)
        {
            if (report != null)
                report.WriteLine(line);
        }

        private static void Run(string name, Action test)
        {
            Stopwatch time = Stopwatch.StartNew();
            try
            {
                test();
                passed++;
                Tell("pass " + name);
                Console.WriteLine("ok      {0} ({1} ms)", name, time.ElapsedMilliseconds);
            }
            catch (Exception error)
            {
                failed++;
                Tell("fail " + name);
                Console.WriteLine("FAILED  {0}\n{1}", name, error);
            }
        }
    }
}
