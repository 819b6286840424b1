// Runs the tests where xunit does not: on Mono. Classes run beside each other, as xunit does it.
using System;
using System.Collections.Generic;
using System.Diagnostics;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;
using Xunit;

namespace PalabraAI.Tests
{
    internal static class Runner
    {
        // Most tests wait for audio in real time.
        private const int Threads = 4;
        private static readonly object Output = new object();
        private static int passed, failed;
        private static StreamWriter report;

        // Arguments: a part of the tests' names, and `all` for those of the slower tier too.
        private static int Main(string[] args)
        {
            string filter = args.Length > 0 ? args[0] : "";
            bool all = args.Length > 1 && args[1] == "all";
            string path = Environment.GetEnvironmentVariable("PALABRA_TEST_REPORT");
            if (path != null)
                report = new StreamWriter(path) { AutoFlush = true };
            Type[] classes = typeof(Runner).Assembly.GetTypes().Where(type => type.IsClass && Tests(type).Any()).OrderBy(type => type.Name).ToArray();
            // xunit runs the classes of a collection one after the other, and the collection "alone" after all others.
            var collections = classes.GroupBy(type => Collection(type) ?? type.Name).ToList();
            var waiting = new Queue<IGrouping<string, Type>>(collections.Where(group => group.Key != "alone"));
            List<Thread> threads = Enumerable.Range(0, Threads).Select(unused => new Thread(() => Work(waiting, filter, all))).ToList();
            threads.ForEach(thread => thread.Start());
            threads.ForEach(thread => thread.Join());
            Work(new Queue<IGrouping<string, Type>>(collections.Where(group => group.Key == "alone")), filter, all);
            Tell("end");
            Console.WriteLine("mono: {0} passed, {1} failed", passed, failed);
            return failed == 0 && (passed > 0 || filter.Length > 0) ? 0 : 1;
        }

        private static IEnumerable<MethodInfo> Tests(Type type)
        {
            return type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static).Where(method => method.IsDefined(typeof(FactAttribute), false));
        }

        private static string Collection(Type type)
        {
            return type.GetCustomAttribute<CollectionAttribute>()?.Name;
        }

        private static void Work(Queue<IGrouping<string, Type>> waiting, string filter, bool all)
        {
            while (true)
            {
                IGrouping<string, Type> group;
                lock (waiting)
                {
                    if (waiting.Count == 0)
                        return;
                    group = waiting.Dequeue();
                }
                foreach (Type type in group)
                {
                    foreach (MethodInfo test in Tests(type).Where(test => all || !IsSlow(test)))
                        Cases(type, test, filter);
                }
            }
        }

        private static bool IsSlow(MethodInfo test)
        {
            return test.GetCustomAttributes<TraitAttribute>().Any(trait => trait.Name == "tier" && trait.Value == "prove");
        }

        private static void Cases(Type type, MethodInfo test, string filter)
        {
            string name = type.Name + "." + test.Name;
            if (!name.Contains(filter))
                return;
            if (!(test.GetCustomAttribute<FactAttribute>() is TheoryAttribute))
            {
                Run(name, type, test, new object[0]);
                return;
            }
            foreach (InlineDataAttribute data in test.GetCustomAttributes<InlineDataAttribute>())
                Run(name + "(" + string.Join(", ", data.Values) + ")", type, test, data.Values);
        }

        private static void Run(string name, Type type, MethodInfo test, object[] values)
        {
            Stopwatch time = Stopwatch.StartNew();
            try
            {
                Call(type, test, values);
                Told(ref passed, "pass " + name, string.Format("ok      {0} ({1} ms)", name, time.ElapsedMilliseconds));
            }
            catch (Exception error)
            {
                error = error is TargetInvocationException ? error.InnerException : error;
                Told(ref failed, "fail " + name, string.Format("FAILED  {0}\n{1}", name, error));
            }
        }

        // An object of the class for each test, as xunit does it.
        private static void Call(Type type, MethodInfo test, object[] values)
        {
            object tests = test.IsStatic ? null : Activator.CreateInstance(type);
            try
            {
                if (test.Invoke(tests, values) is Task task)
                    task.GetAwaiter().GetResult();
            }
            finally
            {
                (tests as IDisposable)?.Dispose();
            }
        }

        private static void Told(ref int count, string line, string text)
        {
            lock (Output)
            {
                count++;
                Tell(line);
                Console.WriteLine(text);
            }
        }

        // For run.py, which counts the tests.
        private static void Tell(string line)
        {
            if (report != null)
                report.WriteLine(line.Replace('\n', ' '));
        }
    }
}
