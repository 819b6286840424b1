// SPDX-License-Identifier: MIT OR Apache-2.0
#nullable enable
using System;

namespace PalabraAI
{
    /// <summary>Looks into a task, as the library does when it opens a session. What is no JSON the library refuses.</summary>
    internal static class TaskText
    {
        /// <summary>Whether the input of a task has a rate; that of its output does not count.</summary>
        internal static bool DeclaresRate(string task)
        {
            int source = Member(task, Member(task, Blanks(task, 0), "input_stream"), "source");
            int rate = Member(task, source, "sample_rate");
            return rate >= 0 && rate < task.Length && task[rate] != 'n';
        }

        /// <summary>Where the value of a member begins; -1: the value there is no object, or has no such member.</summary>
        private static int Member(string json, int value, string name)
        {
            if (value < 0 || value >= json.Length || json[value] != '{')
                return -1;
            int depth = 0;
            for (int at = value; at < json.Length; at++)
            {
                switch (json[at])
                {
                    case '{':
                    case '[':
                        depth++;
                        break;
                    case '}':
                    case ']':
                        if (--depth == 0)
                            return -1;
                        break;
                    case '"':
                        int end = QuoteAfter(json, at);
                        int colon = Blanks(json, end + 1);
                        bool isName = depth == 1 && colon < json.Length && json[colon] == ':';
                        if (isName && end - at - 1 == name.Length && string.CompareOrdinal(json, at + 1, name, 0, name.Length) == 0)
                            return Blanks(json, colon + 1);
                        at = end;
                        break;
                }
            }
            return -1;
        }

        /// <summary>Where the string that begins there ends.</summary>
        private static int QuoteAfter(string json, int quote)
        {
            int at = quote + 1;
            while (at < json.Length && json[at] != '"')
                at += json[at] == '\\' ? 2 : 1;
            return Math.Min(at, json.Length);
        }

        private static int Blanks(string json, int at)
        {
            while (at < json.Length && char.IsWhiteSpace(json[at]))
                at++;
            return at;
        }
    }
}
