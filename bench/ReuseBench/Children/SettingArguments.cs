using ReuseBench.Core.Cells;

namespace ReuseBench.Bench.Children;

/// <summary>The way from settings to the command line of a child.</summary>
internal static class SettingArguments
{
    /// <summary>Arguments from which the child's options make the same settings.</summary>
    public static IEnumerable<string> From<T>(IReadOnlyList<Setting<T>> table, T settings) =>
        from setting in table
        let value = setting.Get(settings)
        where value is not null
        from argument in (string[])[$"--{setting.Option}", value]
        select argument;
}
