using System.Reflection;
using ReuseBench.Core.Units;

namespace ReuseBench.Core.Cells;

/// <summary>What a choice means, in a sentence or two of Markdown: the text of the reference pages, and the docstring of the member.</summary>
/// <param name="text">Subject first, with a full stop.</param>
[AttributeUsage(AttributeTargets.Field)]
public sealed class MeaningAttribute(string text) : Attribute
{
    public string Text => text;
}

/// <summary>The choices of an enumeration with their meanings. For documents only: it reflects.</summary>
public static class Meanings
{
    /// <summary>Every choice by its one spelling, in the order of the members.</summary>
    /// <exception cref="NotSupportedException">A member has no <see cref="MeaningAttribute"/>.</exception>
    public static IReadOnlyList<(string Name, string Meaning)> Of<T>()
        where T : struct, Enum => [.. Names.All<T>().Zip(TextsOf(typeof(T)))];

    /// <summary>The meanings of a setting's choices; empty where they explain themselves (<c>on</c>, <c>off</c>) or there are none.</summary>
    public static IReadOnlyList<(string Name, string Meaning)> Of(Setting setting) =>
        ByChoices.TryGetValue(setting.Value, out Type? choices) ? [.. setting.Choices.Zip(TextsOf(choices))] : [];

    /// <summary>A setting's value in help is the list of its enumeration's members, which so finds the enumeration.</summary>
    private static Dictionary<string, Type> ByChoices { get; } = typeof(Meanings).Assembly.GetTypes()
        .Where(t => t.IsEnum && Members(t).Any(m => m.IsDefined(typeof(MeaningAttribute))))
        .ToDictionary(t => string.Join('|', Members(t).Select(m => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(m.Name))));

    private static string[] TextsOf(Type type) =>
    [
        .. Members(type).Select(m => m.GetCustomAttribute<MeaningAttribute>()?.Text
            ?? throw new NotSupportedException($"{type.Name}.{m.Name} has no meaning")),
    ];

    /// <summary>In the order of their values, as <see cref="Names"/> has them.</summary>
    private static FieldInfo[] Members(Type type) =>
        [.. type.GetFields(BindingFlags.Public | BindingFlags.Static).OrderBy(f => Convert.ToInt32(f.GetRawConstantValue(), null))];
}
