// What a member throws for a wrong argument stands in its documentation.
using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Xml.Linq;
using Xunit;

namespace PalabraAI.Tests
{
    public sealed class DocumentationTests
    {
        // They take whatever they get: events of a program's own tests, and a secret that is not looked at.
        private static readonly HashSet<string> TakeAll = new HashSet<string> { "PalabraEvents", "PalabraSecret" };

        [Fact]
        public void MistakesAreDocumented()
        {
            Assembly assembly = typeof(PalabraClient).Assembly;
            Dictionary<string, XElement> documented = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml")).Descendants("member")
                .ToDictionary(member => member.Attribute("name").Value);
            var missing = new List<string>();
            int checkedMethods = 0;
            foreach (MethodInfo method in assembly.GetExportedTypes().Where(type => !TakeAll.Contains(type.Name)).SelectMany(PublicMethods))
            {
                if (!method.GetParameters().Any(parameter => CanBeWrong(parameter.ParameterType)))
                    continue;
                checkedMethods++;
                if (!documented.TryGetValue(Id(method), out XElement member) || !member.Elements("exception").Any(IsOfArgument))
                    missing.Add(Id(method));
            }
            Check.That(checkedMethods > 50, checkedMethods + " methods");
            Check.That(missing.Count == 0, string.Join("\n", missing));
        }

        private static IEnumerable<MethodInfo> PublicMethods(Type type)
        {
            return type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
                .Where(method => !method.IsSpecialName && method.GetBaseDefinition() == method);
        }

        private static bool CanBeWrong(Type type)
        {
            return type == typeof(string) || (Nullable.GetUnderlyingType(type) ?? type) == typeof(TimeSpan);
        }

        private static bool IsOfArgument(XElement exception)
        {
            return exception.Attribute("cref").Value.StartsWith("T:System.Argument", StringComparison.Ordinal);
        }

        private static string Id(MethodInfo method)
        {
            string parameters = string.Join(",", method.GetParameters().Select(parameter => Name(parameter.ParameterType)));
            return "M:" + method.DeclaringType.FullName + "." + method.Name + (parameters.Length == 0 ? "" : "(" + parameters + ")");
        }

        private static string Name(Type type)
        {
            if (type.IsByRef)
                return Name(type.GetElementType()) + "@";
            return !type.IsGenericType
                ? type.FullName
                : type.GetGenericTypeDefinition().FullName.Split('`')[0] + "{" + string.Join(",", type.GetGenericArguments().Select(Name)) + "}";
        }
    }
}
