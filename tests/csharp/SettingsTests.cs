// Every setting arrives in the library's struct, alone and in its own place; what is out of range is named.
using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using System.Threading;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class SettingsTests
    {
        private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
        // Of every range some of these are inside, and none is a default.
        private static readonly int[] Numbers = { 7, 77, 700, 3000, 9000, 17000, 70000 };

        [Theory]
        [InlineData(typeof(PalabraClientOptions), "ClientConfig", "BindingName")]
        [InlineData(typeof(PalabraCredentials), "Credentials", "")]
        [InlineData(typeof(TranslationOptions), "TranslationConfig", "Queue")]
        [InlineData(typeof(SttOptions), "SttConfig", "Queue")]
        [InlineData(typeof(TtsOptions), "TtsConfig", "Queue")]
        [InlineData(typeof(RecordingOptions), "RecordingOptions", "")]
        // Pinned memory is tested in FileTests and ManagementTests.
        [InlineData(typeof(VoiceOptions), "VoiceConfig", "Sample SampleBytes")]
        [InlineData(typeof(GlossaryOptions), "GlossaryConfig", "Entries EntryCount")]
        [InlineData(typeof(FileTranslationOptions), "FileOptions", "Progress UserData")]
        public void EveryFieldArrives(Type type, string name, string except)
        {
            Type raw = Internal("Native" + name);
            foreach (string path in Leaves(raw, except.Split(' '), ""))
                Arrives(type, raw, path);
            EveryFlagArrives(type, raw);
        }

        [Theory]
        [InlineData("Input.ChunkDuration", 1001)]
        [InlineData("Input.ChunkDuration", 0)]
        [InlineData("Input.BufferDuration", -1)]
        [InlineData("Input.Format.Channels", 9)]
        [InlineData("Input.Format.Channels", 0)]
        [InlineData("Input.Format.SampleRate", 7999)]
        [InlineData("Input.Format.Channel", -1)]
        [InlineData("Output.Original.DuckPercent", 101)]
        [InlineData("Output.Original.DuckPercent", -1)]
        [InlineData("Limits.MessageBytes", 1)]
        [InlineData("Limits.EventBytes", 0)]
        [InlineData("Timeouts.Liveness", 0)]
        [InlineData("Timeouts.Ready", 0)]
        [InlineData("Timeouts.Close", -1)]
        [InlineData("EndSilence", 1500)]
        public void WhatIsOutOfRangeIsNamed(string path, int number)
        {
            using (PalabraClient client = Talk.Client())
            {
                TranslationOptions options = Talk.To("es");
                Set(options, path, number);
                Check.Mistake("options", path, () => client.OpenTranslation(options));
            }
        }

        // 0 is the library's default, so what is off goes out as -1.
        [Theory]
        [InlineData(typeof(TranslationOptions), "TranslationConfig", "Output.Original.DuckPercent", 0)]
        [InlineData(typeof(TtsOptions), "TtsConfig", "Voice.DeaccentPercent", 0)]
        [InlineData(typeof(SttOptions), "SttConfig", "Timeouts.LivenessMs", -1)]
        public void WhatIsOffIsMinusOne(Type type, string name, string path, int off)
        {
            Type raw = Internal("Native" + name);
            object options = Activator.CreateInstance(type);
            Set(options, Property(raw, path), off);
            Check.Equal(BitConverter.ToInt32(Written(options, raw, false), Offset(raw, path, out Type unused)), -1, path);
        }

        [Fact]
        public void WhatOnlyTheLibraryKnowsIsNamedToo()
        {
            using (PalabraClient client = Talk.Client())
            {
                TranslationOptions options = Talk.To("es");
                options.Stream.Url = "ws://127.0.0.1:1/";
                Check.Mistake("options", "Stream.Token", () => client.OpenTranslation(options));
                options = Talk.To("es");
                options.Output.BufferDuration = TimeSpan.FromSeconds(1);
                options.Output.TargetDuration = TimeSpan.FromSeconds(2);
                Check.Mistake("options", "target level", () => client.OpenTranslation(options));
                var speech = new TtsOptions { Language = "en", Format = TtsFormat.Mp3, Output = { Mode = OutputMode.Playout } };
                Check.Mistake("options", "OutputMode.Events", () => client.OpenTts(speech));
                var pause = new SttOptions { Input = { Gap = { Policy = GapPolicy.Pause } } };
                Check.Mistake("options", "cannot be paused", () => client.OpenStt(pause));
                Check.Mistake("options", "Input.Gap.Policy", () => client.OpenStt(new SttOptions { Input = { Gap = { Policy = (GapPolicy)77 } } }));
                Check.Mistake("options", "Language", () => client.OpenTts(new TtsOptions()));
                Check.Mistake("options", "Output.Original", () => client.OpenTts(new TtsOptions { Language = "en", Output = { Original = { GainPercent = 1 } } }));
            }
        }

        [Fact]
        public void ListsHaveNoCommas()
        {
            using (PalabraClient client = Talk.Client())
            {
                foreach (string item in new[] { "es,fr", "", " ", null, "es\0", "es\ud800" })
                {
                    TranslationOptions options = Talk.To("de", item);
                    Check.Mistake("options", "TargetLanguages", () => client.OpenTranslation(options));
                }
            }
        }

        // A default that is sent must mean the same as one that is left to the library.
        [Fact]
        public void DefaultsAreAccepted()
        {
            using (PalabraClient client = Talk.Client())
            {
                client.OpenTranslation(Talk.To("es")).Dispose();
                client.OpenStt(new SttOptions()).Dispose();
                client.OpenTts(new TtsOptions { Language = "en" }).Dispose();
                client.OpenTts(new TtsOptions { Language = "en", Output = { Mode = OutputMode.Playout } }).Dispose();
                foreach (SttFormat format in Enum.GetValues(typeof(SttFormat)))
                    client.OpenStt(new SttOptions { Format = format }).Dispose();
            }
            var original = new OriginalOptions();
            Check.That(original.DuckPercent == 20 && original.AttackTime == TimeSpan.FromMilliseconds(50), "defaults are visible");
            Check.That(new SessionTimeouts().Liveness == TimeSpan.FromMinutes(1) && new PalabraClientOptions().RestTimeout == TimeSpan.FromSeconds(30), "defaults");
            var timeouts = new SttOptions { Timeouts = { Liveness = Timeout.InfiniteTimeSpan } };
            using (PalabraClient client = Talk.Client())
                client.OpenStt(timeouts).Dispose();
        }

        [Fact]
        public void ATaskIsBuilt()
        {
            string task = Talk.To("es", "fr").BuildTask();
            Check.That(task.StartsWith("{") && task.EndsWith("}") && task.Contains("\"es\"") && task.Contains("\"fr\""), task);
            TranslationOptions options = Talk.To("es");
            options.TaskJson = "{\"pipeline\":{\"añadido\":\"日本語\"}}";
            Check.That(options.BuildTask().Contains("\"añadido\":\"日本語\""), options.BuildTask());
            Check.Throws<ArgumentException>(() => new TranslationOptions().BuildTask(), "no languages");
        }

        // The example in the comment of TargetsJson uses the keys that the library itself writes.
        [Fact]
        public void TheJsonOfCommentsIsReal()
        {
            TranslationOptions plain = Talk.To("es", "fr");
            plain.VoiceId = "...";
            string key = "\"speech_generation\":{\"voice_id\":\"...\"";
            Check.That(plain.BuildTask().Contains(key), plain.BuildTask());
            var example = new TranslationOptions { SourceLanguage = "en", TargetsJson = "{\"es\": {\"speech_generation\": {\"voice_id\": \"...\"}}, \"fr\": {}}" };
            Check.Equal(Regex.Matches(example.BuildTask(), Regex.Escape("\"voice_id\":\"...\"")).Count, 1, "voices in " + example.BuildTask());
        }

        [Fact]
        public void SecretsShowNothing()
        {
            var options = new PalabraClientOptions { ApiUrl = "nonsense", Credentials = { ClientId = "id", ClientSecret = "very-secret" } };
            ArgumentException refused = Check.Throws<ArgumentException>(() => new PalabraClient(options), "a bad client");
            Check.That(!refused.ToString().Contains("very-secret"), "the secret");
            PalabraSecret secret = options.Credentials.ClientSecret;
            Check.That(secret.ToString() == "***" && $"{secret}" == "***", "ToString");
            foreach (PropertyInfo property in typeof(PalabraSecret).GetProperties())
                Check.That(false, property.Name + " can be shown");
            Check.That(secret.Equals(PalabraSecret.FromString("very-secret")) && !secret.Equals(PalabraSecret.FromString("other")), "equality");
            PalabraSecret none = (string)null;
            Check.That(none == null, "null stays null");
            System.ComponentModel.TypeConverter converter = System.ComponentModel.TypeDescriptor.GetConverter(typeof(PalabraSecret));
            Check.That(secret.Equals(converter.ConvertFromInvariantString("very-secret")), "from a configuration");
            Check.Equal(converter.ConvertToInvariantString(secret), "***", "to a string");
        }

        private static void Arrives(Type type, Type raw, string path)
        {
            object options = Activator.CreateInstance(type);
            string property = Property(raw, path);
            byte[] before = Written(options, raw, false), after = null;
            string sent = null;
            foreach (int number in Numbers)
            {
                try
                {
                    sent = Set(options, property, number);
                    after = Written(options, raw, sent.StartsWith("«"));
                    break;
                }
                catch (TargetInvocationException)
                {
                }
                catch (ArgumentOutOfRangeException)
                {
                }
            }
            Check.That(after != null, type.Name + "." + property + ": no number is accepted");
            int start = Offset(raw, path, out Type kind), size = kind.IsPointer ? IntPtr.Size : Marshal.SizeOf(kind);
            for (int n = 0; n < before.Length; n++)
                Check.That(before[n] == after[n] || n >= start && n < start + size, type.Name + "." + property + " changed the byte " + n);
            string arrived = kind.IsPointer ? lastText : (size == 8 ? BitConverter.ToInt64(after, start) : BitConverter.ToInt32(after, start)).ToString();
            Check.Equal(arrived, sent, type.Name + "." + property);
        }

        private static string lastText;

        /// <summary>The bytes of the struct; the only text is kept in lastText.</summary>
        private static byte[] Written(object options, Type raw, bool hasText)
        {
            var writer = (IDisposable)Activator.CreateInstance(Internal("OptionsWriter"), Members, null, new object[] { "options" }, null);
            IntPtr memory = Marshal.AllocHGlobal(Marshal.SizeOf(raw));
            try
            {
                var bytes = new byte[Marshal.SizeOf(raw)];
                Marshal.Copy(bytes, 0, memory, bytes.Length);
                Write(options, memory, writer);
                Marshal.Copy(memory, bytes, 0, bytes.Length);
                if (raw.GetField("StructSize") != null)
                    Check.Equal(Marshal.ReadInt32(memory), bytes.Length, "the size of " + raw.Name);
                lastText = hasText ? OnlyText(raw, bytes) : null;
                return bytes;
            }
            finally
            {
                writer.Dispose();
                Marshal.FreeHGlobal(memory);
            }
        }

        private static string OnlyText(Type raw, byte[] bytes)
        {
            foreach (string path in Leaves(raw, new string[0], ""))
            {
                int start = Offset(raw, path, out Type kind);
                long pointer = kind.IsPointer ? IntPtr.Size == 8 ? BitConverter.ToInt64(bytes, start) : BitConverter.ToInt32(bytes, start) : 0;
                if (pointer != 0)
                    return Utf8((IntPtr)pointer);
            }
            return "nothing";
        }

        // Reflection cannot pass pointers on Mono.
        private static void Write(object options, IntPtr memory, object writer)
        {
            MethodInfo write = options.GetType().GetMethod("Write", Members);
            var call = new DynamicMethod("call", null, new[] { typeof(object), typeof(IntPtr), typeof(object) }, typeof(PalabraClient).Module, true);
            ILGenerator code = call.GetILGenerator();
            code.Emit(OpCodes.Ldarg_0);
            code.Emit(OpCodes.Castclass, options.GetType());
            code.Emit(OpCodes.Ldarg_1);
            code.Emit(OpCodes.Ldarg_2);
            code.Emit(OpCodes.Castclass, writer.GetType());
            code.Emit(OpCodes.Call, write);
            code.Emit(OpCodes.Ret);
            ((Action<object, IntPtr, object>)call.CreateDelegate(typeof(Action<object, IntPtr, object>)))(options, memory, writer);
        }

        private static void EveryFlagArrives(Type type, Type raw)
        {
            if (raw.GetField("Flags") == null)
                return;
            int place = Marshal.OffsetOf(raw, "Flags").ToInt32();
            uint seen = 0;
            foreach (PropertyInfo property in type.GetProperties().Where(one => one.PropertyType == typeof(bool) && one.Name != "UseEnvironment"))
            {
                object options = Activator.CreateInstance(type);
                byte[] before = Written(options, raw, false);
                property.SetValue(options, !(bool)property.GetValue(options, null), null);
                byte[] after = Written(options, raw, false);
                uint bit = BitConverter.ToUInt32(after, place) ^ BitConverter.ToUInt32(before, place);
                Check.That(bit != 0 && (bit & (bit - 1)) == 0 && (seen & bit) == 0, type.Name + "." + property.Name + " is bit " + bit);
                seen |= bit;
            }
            Check.That(seen != 0, type.Name + " has no flags");
        }

        /// <summary>Sets a property by its path; returns what the library is to see.</summary>
        private static string Set(object options, string path, int number)
        {
            string[] parts = path.Split('.');
            foreach (string part in parts.Take(parts.Length - 1))
                options = options.GetType().GetProperty(part).GetValue(options, null);
            PropertyInfo property = options.GetType().GetProperty(parts.Last());
            Check.That(property != null, options.GetType().Name + " has no " + parts.Last());
            Type type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
            if (type == typeof(IList<string>))
            {
                ((IList<string>)property.GetValue(options, null)).Clear();
                ((IList<string>)property.GetValue(options, null)).Add("«" + number + "»");
                return "«" + number + "»";
            }
            bool isText = type == typeof(string) || type == typeof(PalabraSecret);
            object value = type == typeof(TimeSpan) ? TimeSpan.FromMilliseconds(number)
                : type == typeof(PalabraSecret) ? (PalabraSecret)("«" + number + "»")
                : type == typeof(string) ? "«" + number + "»"
                : type.IsEnum ? Enum.ToObject(type, number) : Convert.ChangeType(number, type);
            property.SetValue(options, value, null);
            return isText ? "«" + number + "»" : number.ToString();
        }

        private static IEnumerable<string> Leaves(Type raw, string[] except, string before)
        {
            foreach (FieldInfo field in raw.GetFields(Members))
            {
                if (field.Name == "StructSize" || field.Name == "Flags" || field.Name.StartsWith("Reserved") || except.Contains(field.Name))
                    continue;
                if (!field.FieldType.Name.StartsWith("Native") || field.FieldType.IsPointer)
                    yield return before + field.Name;
                else
                    foreach (string leaf in Leaves(field.FieldType, except, before + field.Name + "."))
                        yield return leaf;
            }
        }

        private static int Offset(Type raw, string path, out Type kind)
        {
            int offset = 0;
            kind = raw;
            foreach (string part in path.Split('.'))
            {
                offset += Marshal.OffsetOf(kind, part).ToInt32();
                kind = kind.GetField(part, Members).FieldType;
            }
            return offset;
        }

        /// <summary>As errors of the library are translated.</summary>
        private static string Property(Type raw, string path)
        {
            return string.Join(".", path.Split('.').Select(part =>
            {
                MethodInfo translate = Internal("FieldNames").GetMethod("Translate", BindingFlags.NonPublic | BindingFlags.Static);
                string field = Regex.Replace(part, "(?<=.)([A-Z])", "_$1").ToLowerInvariant();
                string told = (string)translate.Invoke(null, new object[] { field });
                return told == field ? part : told;
            }));
        }

        private static string Utf8(IntPtr text)
        {
            var bytes = new List<byte>();
            for (int n = 0; Marshal.ReadByte(text, n) != 0; n++)
                bytes.Add(Marshal.ReadByte(text, n));
            return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
        }

        private static Type Internal(string name)
        {
            return typeof(PalabraClient).Assembly.GetType("PalabraAI.Interop." + name, true);
        }
    }
}
