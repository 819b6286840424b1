// Runs the example of the README whose class the argument names.
using System;
using System.Reflection;
using System.Threading.Tasks;

internal static class Examples
{
    private static async Task<int> Main(string[] args)
    {
        const BindingFlags Any = BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;
        MethodInfo main = typeof(Examples).Assembly.GetType(args[0]).GetMethod("Main", Any);
        object result = main.Invoke(null, main.GetParameters().Length == 0 ? null : new object[] { new string[0] });
        if (result is Task task)
            await task;
        return result is Task<int> number ? number.Result : result as int? ?? 0;
    }
}
