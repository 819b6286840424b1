// The binding against the header: every struct, constant and function, and what happens when they differ.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace PalabraAI.Tests
{
    internal static class LayoutTests
    {
        private const BindingFlags Members = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance;
        private static readonly string Root = Environment.GetEnvironmentVariable("PALABRA_ROOT");
        private static readonly string Layout = File.ReadAllText(Path.Combine(Root, "tests/abi/layout.c"));
        private static readonly string Header = File.ReadAllText(Path.Combine(Root, "include/palabra.h"));

        private static readonly Dictionary<string, string> Structs = new Dictionary<string, string>
        {
            { "palabra_error", "NativeError" },
            { "palabra_client_config", "NativeClientConfig" },
            { "palabra_translation_config", "NativeTranslationConfig" },
            { "palabra_event", "NativeEvent" },
            { "palabra_stats", "SessionStats" },
            { "palabra_playout_stats", "PlayoutStats" },
            { "palabra_stt_config", "NativeSttConfig" },
            { "palabra_tts_config", "NativeTtsConfig" },
            { "palabra_tts_voice", "NativeTtsVoice" },
            { "palabra_wav", "NativeWav" },
            { "palabra_progress", "NativeProgress" },
            { "palabra_file_options", "NativeFileOptions" },
            { "palabra_file_output", "NativeFileOutput" },
            { "palabra_file_result", "NativeFileResult" },
            { "palabra_rest_session", "NativeRestSession" },
            { "palabra_voice_config", "NativeVoiceConfig" },
            { "palabra_voice", "NativeVoice" },
            { "palabra_voice_list", "NativeVoiceList" },
            { "palabra_glossary_entry", "NativeGlossaryEntry" },
            { "palabra_glossary_config", "NativeGlossaryConfig" },
            { "palabra_glossary", "NativeGlossary" },
            { "palabra_glossary_list", "NativeGlossaryList" },
            { "palabra_glossary_csv", "NativeGlossaryCsv" },
        };

        private static readonly Dictionary<string, Type> Constants = new Dictionary<string, Type>
        {
            { "PALABRA_ERR_", typeof(Status) },
            { "PALABRA_EVENT_", typeof(EventKind) },
            { "PALABRA_FLAG_", typeof(EventFlags) },
            { "PALABRA_CLIENT_", typeof(ClientFlags) },
            { "PALABRA_TRANSLATION_", typeof(TranslationFlags) },
            { "PALABRA_GAP_", typeof(GapPolicy) },
            { "PALABRA_ENCODING_", typeof(AudioEncoding) },
            { "PALABRA_TEMPO_", typeof(AutoTempo) },
            { "PALABRA_STATE_", typeof(SessionState) },
            { "PALABRA_OUTPUT_", typeof(OutputMode) },
            { "PALABRA_SOUND_", typeof(Sound) },
            { "PALABRA_SPEAK_", typeof(SpeakFlags) },
            { "PALABRA_INTERRUPT_", typeof(InterruptFlags) },
            { "PALABRA_MAX_", typeof(Limits) },
            { "PALABRA_STT_", typeof(SttFlags) },
            { "PALABRA_FILLERS_", typeof(Fillers) },
            { "PALABRA_FINALIZATION_", typeof(Finalization) },
            { "PALABRA_TTS_", typeof(TtsFlags) },
            { "PALABRA_TTS_PCM", typeof(TtsFormat) },
            { "PALABRA_TTS_WAV", typeof(TtsFormat) },
            { "PALABRA_TTS_MP3", typeof(TtsFormat) },
            { "PALABRA_TEXT_", typeof(TextFlags) },
            { "PALABRA_VOICE_", typeof(VoiceFlags) },
            { "PALABRA_VOICE_STATUS_", typeof(VoiceStatus) },
            { "PALABRA_GLOSSARY_", typeof(GlossaryKind) },
            { "PALABRA_GLOSSARY_DISABLED", typeof(GlossaryFlags) },
            { "PALABRA_OK", typeof(Status) },
            { "PALABRA_API_VERSION", typeof(Palabra) },
        };

        internal static IEnumerable<Action> All()
        {
            return new Action[]
            {
                BindingAndHeaderAgree, AChangedHeaderIsNoticed, EveryFieldOfTheConfigsArrives, TheLoadedLibraryAgrees,
            };
        }

        private static void BindingAndHeaderAgree()
        {
            List<string> found = Differences(Layout, Header).ToList();
            Check.That(found.Count == 0, string.Join("\n", found));
            string[] stale = LeftOut().Where(name => !Regex.IsMatch(Header, @"\b" + name + @"\b")).ToArray();
            Check.That(stale.Length == 0, "left out, and not in the header: " + string.Join(" ", stale));
            Check.That(Values(Layout).Count() > 100 && Functions(Header).Count() > 90, "the header was not understood");
        }

        private static void AChangedHeaderIsNoticed()
        {
            IsNoticed(Layout + "VALUE(PALABRA_EVENT_BRAND_NEW, 99);\n", Header, "PALABRA_EVENT_BRAND_NEW");
            IsNoticed(Layout + "VALUE(PALABRA_NEWS_ONE, 1);\n", Header, "PALABRA_NEWS_ONE");
            IsNoticed(Layout.Replace("VALUE(PALABRA_ERR_TLS, -400)", "VALUE(PALABRA_ERR_TLS, -401)"), Header, "PALABRA_ERR_TLS");
            IsNoticed(Layout + "FIELD(palabra_event, mood, 208);\n", Header, "palabra_event.mood");
            IsNoticed(Layout.Replace("SIZE(palabra_stats, ", "SIZE(palabra_stats, 1"), Header, "palabra_stats");
            IsNoticed(Layout + "SIZE(palabra_news, 8);\n", Header, "palabra_news");
            IsNoticed(Layout, Header + "PALABRA_API palabra_status palabra_session_sing(struct palabra_session *session);\n",
                "palabra_session_sing");
            IsNoticed(Layout.Replace("VALUE(PALABRA_TTS_WAV, 2)", "VALUE(PALABRA_TTS_WAV, 4)"), Header, "PALABRA_TTS_WAV");
            IsNoticed(Layout + "FIELD(palabra_voice, mood_swings, 112);\n", Header, "palabra_voice.mood_swings");
            IsNoticed(Layout, Header.Replace("uint32_t eos_timeout_s)", "uint64_t eos_timeout_s)"), "palabra_session_end");
        }

        private static void IsNoticed(string layout, string header, string name)
        {
            Check.That(layout != Layout || header != Header, name + " changed nothing");
            Check.That(Differences(layout, header).Any(line => line.Contains(name)), name + " was not noticed");
        }

        // What a user sets must be what the library gets, each in its own place.
        private static void EveryFieldOfTheConfigsArrives()
        {
            EveryFieldArrives(new ClientConfig(), "palabra_client_config");
            EveryFieldArrives(new TranslationConfig(), "palabra_translation_config");
            EveryFieldArrives(new SttConfig(), "palabra_stt_config");
            EveryFieldArrives(new TtsConfig(), "palabra_tts_config");
            EveryFieldArrives(new TtsVoice(), "palabra_tts_voice");
            // Memory that is held in place for a call is in FileTests and ManagementTests.
            EveryFieldArrives(new VoiceConfig(), "palabra_voice_config", "sample", "sample_bytes");
            EveryFieldArrives(new GlossaryConfig(), "palabra_glossary_config", "entries", "entry_count");
            EveryFieldArrives(new FileTranslationOptions(), "palabra_file_options", "progress", "user_data");
        }

        private static unsafe void EveryFieldArrives(object config, string name, params string[] except)
        {
            var names = Fields(Layout, name).Select(field => field.Key).Where(field => field != "struct_size").Except(except).ToList();
            ulong number = 1;
            using (var queue = new EventQueue())
            using (var texts = (IDisposable)Activator.CreateInstance(Internal("NativeTexts"), true))
            {
                foreach (string field in names)
                {
                    PropertyInfo property = config.GetType().GetProperty(Pascal(field));
                    Check.That(property != null, config.GetType().Name + " has no " + Pascal(field));
                    property.SetValue(config, Sample(property.PropertyType, number++, field, queue), null);
                }
                MethodInfo method = config.GetType().GetMethod("Raw", Members);
                object raw = method.Invoke(config, method.GetParameters().Length == 0 ? null : new object[] { texts });
                Check.Equal(Number(raw, "StructSize"), (ulong)Marshal.SizeOf(raw), "the size of " + name);
                number = 1;
                foreach (string field in names)
                {
                    Check.Equal(Arrived(raw, field), field == "queue" ? "set" : Wanted(config, field, number), field);
                    number++;
                }
            }
        }

        private static string Wanted(object config, string field, ulong number)
        {
            return config.GetType().GetProperty(Pascal(field)).PropertyType == typeof(string) ? "«" + field + "»" : number.ToString();
        }

        // From memory, as the library reads it.
        private static string Arrived(object raw, string field)
        {
            Type kind = raw.GetType().GetField(Pascal(field)).FieldType;
            IntPtr memory = Marshal.AllocHGlobal(Marshal.SizeOf(raw));
            try
            {
                Marshal.StructureToPtr(raw, memory, false);
                int place = Marshal.OffsetOf(raw.GetType(), Pascal(field)).ToInt32();
                if (kind.IsPointer)
                    return Utf8(Marshal.ReadIntPtr(memory, place));
                if (kind == typeof(IntPtr))
                    return Marshal.ReadIntPtr(memory, place) == IntPtr.Zero ? "none" : "set";
                return (kind == typeof(ulong) ? Marshal.ReadInt64(memory, place) : Marshal.ReadInt32(memory, place)).ToString();
            }
            finally
            {
                Marshal.FreeHGlobal(memory);
            }
        }

        private static string Utf8(IntPtr text)
        {
            var bytes = new List<byte>();
            for (int n = 0; Marshal.ReadByte(text, n) != 0; n++)
                bytes.Add(Marshal.ReadByte(text, n));
            return System.Text.Encoding.UTF8.GetString(bytes.ToArray());
        }

        private static object Sample(Type type, ulong number, string field, EventQueue queue)
        {
            if (type == typeof(string))
                return "«" + field + "»";
            if (type == typeof(EventQueue))
                return queue;
            return type.IsEnum ? Enum.ToObject(type, number) : Convert.ChangeType(number, type);
        }

        private static ulong Number(object raw, string field)
        {
            return Convert.ToUInt64(raw.GetType().GetField(field).GetValue(raw));
        }

        private static void TheLoadedLibraryAgrees()
        {
            Check.Equal(Palabra.LoadedApiVersion, Palabra.ApiVersion, "version of the API");
            Check.That(Regex.IsMatch(Palabra.Version, @"^\d+\.\d+\.\d+"), Palabra.Version);
            foreach (KeyValuePair<string, long> value in Values(Layout).Where(value => value.Key.StartsWith("PALABRA_ERR_")))
                Check.Equal(Status.Name((int)value.Value), value.Key, "a name");
            Check.That(Status.Text(Status.Tls).Contains("TLS") && Status.Flags(Status.Dns) == (EventFlags.Retriable | EventFlags.Fatal),
                "what the library says of a status: " + Status.Text(Status.Tls) + ", " + Status.Flags(Status.Dns));
        }

        // --- What is compared ---------------------------------------------------------------------------------------

        private static IEnumerable<string> Differences(string layout, string header)
        {
            var leftOut = new HashSet<string>(LeftOut());
            return StructDifferences(layout, leftOut).Concat(ConstantDifferences(layout, leftOut)).Concat(FunctionDifferences(header, leftOut));
        }

        private static IEnumerable<string> LeftOut()
        {
            string[] lines = File.ReadAllLines(Path.Combine(Root, "tests/csharp/not-bound.txt"));
            return lines.Where(line => line.Length > 0 && line[0] != '#');
        }

        private static IEnumerable<string> StructDifferences(string layout, HashSet<string> leftOut)
        {
            foreach (Match match in Regex.Matches(layout, @"^SIZE\((\w+), (\d+)\);", RegexOptions.Multiline))
            {
                string name = match.Groups[1].Value;
                if (leftOut.Contains(name))
                    continue;
                if (!Structs.ContainsKey(name))
                {
                    yield return "struct " + name + " has no counterpart";
                    continue;
                }
                Type type = Internal(Structs[name]);
                if (Marshal.SizeOf(type) != int.Parse(match.Groups[2].Value))
                    yield return name + " has " + match.Groups[2].Value + " bytes, and here " + Marshal.SizeOf(type);
                var fields = Fields(layout, name);
                foreach (var field in fields)
                {
                    FieldInfo found = type.GetField(Pascal(field.Key), Members);
                    if (found == null)
                        yield return name + "." + field.Key + " has no counterpart";
                    else if (Marshal.OffsetOf(type, found.Name).ToInt64() != field.Value)
                        yield return name + "." + field.Key + " is not in its place";
                }
                if (type.GetFields(Members).Length > fields.Count)
                    yield return name + " has more fields here";
            }
        }

        private static IEnumerable<string> ConstantDifferences(string layout, HashSet<string> leftOut)
        {
            foreach (var value in Values(layout).Where(value => !leftOut.Contains(value.Key)))
            {
                string prefix = Constants.Keys.Where(value.Key.StartsWith).OrderByDescending(key => key.Length).FirstOrDefault();
                if (prefix == null)
                {
                    yield return value.Key + " belongs to nothing here";
                    continue;
                }
                // A prefix that is the whole name stands for one that begins as others do.
                string rest = value.Key.Substring(prefix == value.Key ? Family(prefix).Length : prefix.Length);
                string name = Pascal(rest.ToLowerInvariant());
                FieldInfo found = Constants[prefix].GetField(name, BindingFlags.Public | BindingFlags.Static);
                if (found == null)
                    yield return value.Key + " has no counterpart " + Constants[prefix].Name + "." + name;
                else if (Convert.ToInt64(found.GetRawConstantValue()) != value.Value)
                    yield return value.Key + " is another number here";
            }
        }

        private static string Family(string constant)
        {
            return Constants.Keys.Where(key => key != constant && constant.StartsWith(key)).DefaultIfEmpty("PALABRA_").First();
        }

        private static IEnumerable<string> FunctionDifferences(string header, HashSet<string> leftOut)
        {
            var bound = Internal("Native").GetMethods(BindingFlags.Static | BindingFlags.NonPublic)
                .Where(method => method.Name.StartsWith("palabra_")).ToDictionary(method => method.Name);
            foreach (var function in Functions(header).Where(function => !leftOut.Contains(function.Key)))
            {
                if (!bound.ContainsKey(function.Key))
                    yield return function.Key + " has no counterpart";
                else if (Signature(bound[function.Key]) != function.Value)
                    yield return function.Key + " is " + function.Value + ", and here " + Signature(bound[function.Key]);
                bound.Remove(function.Key);
            }
            foreach (string name in bound.Keys)
                yield return name + " is not in the header, or listed as left out";
        }

        private static IEnumerable<KeyValuePair<string, long>> Values(string layout)
        {
            return from Match match in Regex.Matches(layout, @"^VALUE\((\w+), (-?\d+)\);", RegexOptions.Multiline)
                   select new KeyValuePair<string, long>(match.Groups[1].Value, long.Parse(match.Groups[2].Value));
        }

        private static List<KeyValuePair<string, long>> Fields(string layout, string name)
        {
            return (from Match match in Regex.Matches(layout, @"^FIELD\(" + name + @", (\w+), (\d+)\);", RegexOptions.Multiline)
                    select new KeyValuePair<string, long>(match.Groups[1].Value, long.Parse(match.Groups[2].Value))).ToList();
        }

        /// <summary>Name and kinds of result and parameters, as "i32(ptr u32)".</summary>
        private static IEnumerable<KeyValuePair<string, string>> Functions(string header)
        {
            string code = Regex.Replace(header, @"/\*.*?\*/", "", RegexOptions.Singleline);
            foreach (Match match in Regex.Matches(code, @"PALABRA_API\s+([\w \*]+?)\s*(palabra_\w+)\s*\(([^)]*)\);"))
            {
                var parameters = match.Groups[3].Value.Split(',').Select(CKind).Where(kind => kind != "void");
                yield return new KeyValuePair<string, string>(match.Groups[2].Value,
                    CKind(match.Groups[1].Value + " result") + "(" + string.Join(" ", parameters) + ")");
            }
        }

        private static string CKind(string declaration)
        {
            if (declaration.Contains("*") || declaration.Contains("_callback"))
                return "ptr";
            string type = declaration.Trim().Split(' ')[0];
            switch (type)
            {
                case "uint32_t": return "u32";
                case "uint64_t": return "u64";
                case "int32_t":
                case "palabra_status": return "i32";
                default: return type;
            }
        }

        private static string Signature(MethodInfo method)
        {
            var kinds = method.GetParameters().Select(parameter => Kind(parameter.ParameterType));
            return Kind(method.ReturnType) + "(" + string.Join(" ", kinds) + ")";
        }

        private static string Kind(Type type)
        {
            if (type.IsPointer || type == typeof(IntPtr))
                return "ptr";
            return type == typeof(uint) ? "u32" : type == typeof(ulong) ? "u64" : type == typeof(int) ? "i32" : type.Name;
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
