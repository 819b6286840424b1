// Compares the binding with the ABI and the loaded library. The raw layer is generated; these checks are not.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class LayoutTests
    {
        private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
        private static readonly string Root = Environment.GetEnvironmentVariable("PALABRA_ROOT");
        private static readonly string Layout = LayoutOfThisMachine();

        [Fact]
        public void EveryFieldIsInItsPlace()
        {
            List<string> found = Differences(Layout).ToList();
            Check.That(found.Count == 0, string.Join("\n", found));
            Check.That(Regex.Matches(Layout, @"^SIZE\(", RegexOptions.Multiline).Count > 30, "the layout was not understood");
        }

        [Fact]
        public void AnotherPlaceIsNoticed()
        {
            IsNoticed(Layout + "FIELD(palabra_event, mood, 208);\n", "palabra_event.mood");
            IsNoticed(Layout.Replace("SIZE(palabra_session_stats, ", "SIZE(palabra_session_stats, 1"), "palabra_session_stats");
            IsNoticed(Layout.Replace("FIELD(palabra_event, seq, 8)", "FIELD(palabra_event, seq, 16)"), "palabra_event.seq");
            IsNoticed(Layout + "SIZE(palabra_news, 8);\n", "palabra_news");
        }

        private static void IsNoticed(string layout, string name)
        {
            Check.That(layout != Layout, name + " changed nothing");
            Check.That(Differences(layout).Any(line => line.Contains(name)), name + " was not noticed");
        }

        // Every function of the C API that the C# API does not use must be listed as deliberately omitted.
        [Fact]
        public void EveryFunctionIsUsed()
        {
            string folder = Path.Combine(Root, "bindings/csharp/src");
            string source = string.Concat(Directory.GetFiles(folder, "*.cs").Where(path => !path.EndsWith(".g.cs")).Select(File.ReadAllText));
            string[] lines = File.ReadAllLines(Path.Combine(Root, "tests/csharp/not-bound.txt"));
            string[] leftOut = lines.Where(line => line.Length > 0 && line[0] != '#').ToArray();
            MethodInfo[] functions = Internal("Native").GetMethods(BindingFlags.NonPublic | BindingFlags.Static | BindingFlags.DeclaredOnly);
            string[] unused = functions.Select(method => method.Name).Where(name => !source.Contains("Native." + name + "(")).ToArray();
            Check.That(functions.Length > 70, functions.Length + " functions");
            Check.Equal(string.Join(" ", unused.OrderBy(name => name)), string.Join(" ", leftOut.OrderBy(name => name)), "functions that nothing uses");
        }

        // Every field that a user sets must arrive in the library's struct, in its own place.
        [Fact]
        public void EveryFieldOfTheConfigsArrives()
        {
            EveryFieldArrives(new ClientConfig(), "client_config");
            EveryFieldArrives(new Credentials(), "credentials");
            EveryFieldArrives(new TranslationConfig(), "translation_config");
            EveryFieldArrives(new SttConfig(), "stt_config");
            EveryFieldArrives(new TtsConfig(), "tts_config");
            EveryFieldArrives(new TtsVoice(), "tts_voice");
            // Pinned memory is tested in FileTests and ManagementTests.
            EveryFieldArrives(new VoiceConfig(), "voice_config", "Sample", "SampleBytes");
            EveryFieldArrives(new GlossaryConfig(), "glossary_config", "Entries", "EntryCount");
            EveryFieldArrives(new FileTranslationOptions(), "file_options", "Progress", "UserData");
        }

        private static void EveryFieldArrives(object config, string name, params string[] except)
        {
            using (var queue = new EventQueue())
            using (var texts = (IDisposable)Activator.CreateInstance(Internal("NativeTexts"), true))
            {
                Type type = Internal("Native" + Pascal(name));
                int number = 1;
                Fill(config, type, ref number, queue, except);
                IntPtr memory = Marshal.AllocHGlobal(Marshal.SizeOf(type));
                try
                {
                    Marshal.Copy(new byte[Marshal.SizeOf(type)], 0, memory, Marshal.SizeOf(type));
                    Write(config, memory, texts);
                    number = 1;
                    CheckArrived(memory, type, name, ref number, except);
                }
                finally
                {
                    Marshal.FreeHGlobal(memory);
                }
            }
        }

        // Reflection cannot pass pointers on Mono.
        private static void Write(object config, IntPtr memory, object texts)
        {
            MethodInfo write = config.GetType().GetMethod("Write", Members);
            var call = new DynamicMethod("call", null, new[] { typeof(object), typeof(IntPtr), typeof(object) }, typeof(Client).Module, true);
            ILGenerator code = call.GetILGenerator();
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Castclass, config.GetType());
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldarg_2);
            code.Emit(OpCodes.Castclass, texts.GetType());
            code.Emit(OpCodes.Call, write);
            code.Emit(OpCodes.Ret);
            ((Action<object, IntPtr, object>)call.CreateDelegate(typeof(Action<object, IntPtr, object>)))(config, memory, texts);
        }

        private static IEnumerable<FieldInfo> Settings(Type type, string[] except)
        {
            return type.GetFields(Members).Where(field => field.Name != "StructSize" && !field.Name.StartsWith("Reserved") && !except.Contains(field.Name));
        }

        private static void Fill(object config, Type type, ref int number, EventQueue queue, string[] except)
        {
            foreach (FieldInfo field in Settings(type, except))
            {
                PropertyInfo property = config.GetType().GetProperty(field.Name);
                Check.That(property != null, config.GetType().Name + " has no " + field.Name);
                if (IsNested(field))
                    Fill(property.GetValue(config, null), field.FieldType, ref number, queue, except);
                else
                    property.SetValue(config, Sample(property.PropertyType, number++, queue), null);
            }
        }

        private static object Sample(Type type, int number, EventQueue queue)
        {
            if (type == typeof(string))
                return "«" + number + "»";
            if (type == typeof(EventQueue))
                return queue;
            return type.IsEnum ? Enum.ToObject(type, number) : Convert.ChangeType(number, type);
        }

        // Read from memory, as the library reads it.
        private static void CheckArrived(IntPtr memory, Type type, string name, ref int number, string[] except)
        {
            if (type.GetField("StructSize") != null)
                Check.Equal(Marshal.ReadInt32(memory), Marshal.SizeOf(type), "the size of " + name);
            foreach (FieldInfo field in Settings(type, except))
            {
                IntPtr place = memory + Marshal.OffsetOf(type, field.Name).ToInt32();
                string where = name + "." + field.Name;
                if (IsNested(field))
                    CheckArrived(place, field.FieldType, where, ref number, except);
                else if (field.FieldType.IsPointer)
                    Check.Equal(Utf8(Marshal.ReadIntPtr(place)), "«" + number++ + "»", where);
                else if (field.FieldType == typeof(IntPtr))
                    Check.That(Marshal.ReadIntPtr(place) != IntPtr.Zero && number++ > 0, where);
                else
                    Check.Equal(Marshal.SizeOf(field.FieldType) == 8 ? Marshal.ReadInt64(place) : Marshal.ReadInt32(place), number++, where);
            }
        }

        private static bool IsNested(FieldInfo field)
        {
            return field.FieldType.Name.StartsWith("Native") && !field.FieldType.IsPointer;
        }

        private static string Utf8(IntPtr text)
        {
            if (text == IntPtr.Zero)
                return "nothing";
            var bytes = new List<byte>();
            for (int n = 0; Marshal.ReadByte(text, n) != 0; n++)
                bytes.Add(Marshal.ReadByte(text, n));
            return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
        }

        [Fact]
        public void EveryFieldOfResultsIsShown()
        {
            Shows(typeof(PalabraEvent), "event");
            Shows(typeof(PalabraError), "error");
            Shows(typeof(SessionStats), "session_stats");
            Shows(typeof(PlayoutStats), "playout_stats");
            Shows(typeof(FileProgress), "progress");
            Shows(typeof(FileTranslationResult), "file_result", "OutputCapacity", "OutputCount");
            Shows(typeof(TranslatedFile), "file_output");
            Shows(typeof(RestSession), "rest_session");
            Shows(typeof(Voice), "voice");
            Shows(typeof(Glossary), "glossary", "Flags");
        }

        private static void Shows(Type type, string name, params string[] otherwise)
        {
            foreach (FieldInfo field in Settings(Internal("Native" + Pascal(name)), otherwise))
            {
                if (field.Name != "Payload" && !field.Name.EndsWith("Len"))
                    Check.That(type.GetMember(field.Name, BindingFlags.Public | BindingFlags.Instance).Length > 0, type.Name + " has no " + field.Name);
            }
        }

        [Fact]
        public unsafe void TheLoadedLibraryAgrees()
        {
            Check.That(Palabra.IsCompatible && !Palabra.HasFeature("no such feature"), "version and features");
            Check.Equal(Palabra.Version, Palabra.BindingVersion, "version");
            var list = (StatusList)Delegate.CreateDelegate(typeof(StatusList), Internal("Native").GetMethod("palabra_status_list", BindingFlags.NonPublic | BindingFlags.Static));
            var told = new List<Status>();
            for (int n = 0, code; list(n, &code) == 0; n++)
                told.Add((Status)code);
            Check.Equal(Join(told), Join(Enum.GetValues(typeof(Status)).Cast<Status>()), "statuses");
            foreach (Status status in told)
                Check.Equal(Pascal(status.Name().ToLowerInvariant().Replace("palabra_", "").Replace("err_", "")), status.ToString(), "a name");
            Check.That(Status.Tls.Text().Contains("TLS") && Status.Dns.Flags() == (EventFlags.Retriable | EventFlags.Fatal),
                "what the library says of a status: " + Status.Tls.Text() + ", " + Status.Dns.Flags());
        }

        private unsafe delegate int StatusList(int index, int* code);

        private static string Join(IEnumerable<Status> statuses)
        {
            return string.Join(" ", statuses.OrderBy(status => (int)status));
        }

        private static IEnumerable<string> Differences(string layout)
        {
            foreach (Match match in Regex.Matches(layout, @"^SIZE\((\w+), (\d+)\);", RegexOptions.Multiline))
            {
                string name = match.Groups[1].Value;
                Type type = typeof(Client).Assembly.GetType("PalabraAI.Native" + Pascal(name.Substring("palabra_".Length)));
                if (type == null)
                {
                    yield return "struct " + name + " has no counterpart";
                    continue;
                }
                if (Marshal.SizeOf(type) != int.Parse(match.Groups[2].Value))
                    yield return name + " has " + match.Groups[2].Value + " bytes, and here " + Marshal.SizeOf(type);
                MatchCollection fields = Regex.Matches(layout, @"^FIELD\(" + name + @", (\w+), (\d+)\);", RegexOptions.Multiline);
                foreach (Match field in fields)
                {
                    FieldInfo found = type.GetField(Pascal(field.Groups[1].Value), Members);
                    if (found == null)
                        yield return name + "." + field.Groups[1].Value + " has no counterpart";
                    else if (Marshal.OffsetOf(type, found.Name).ToInt64() != long.Parse(field.Groups[2].Value))
                        yield return name + "." + field.Groups[1].Value + " is not in its place";
                }
                if (type.GetFields(Members).Length > fields.Count)
                    yield return name + " has more fields here";
            }
        }

        // The file has the numbers for 64-bit pointers first, then those for 32-bit pointers.
        private static string LayoutOfThisMachine()
        {
            string[] halves = Regex.Split(File.ReadAllText(Path.Combine(Root, "tests/abi/layout.c")), @"^#else$", RegexOptions.Multiline);
            Check.Equal(halves.Length, 2, "halves of the layout");
            return halves[IntPtr.Size == 8 ? 0 : 1];
        }

        private static Type Internal(string name)
        {
            return typeof(Client).Assembly.GetType("PalabraAI." + name, true);
        }

        private static string Pascal(string name)
        {
            return string.Concat(name.Split('_').Where(part => part.Length > 0)
                .Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));
        }
    }
}
