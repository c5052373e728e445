using System.Globalization;

namespace ReuseBench.Core.Units;

/// <summary>A share as text: <c>5%</c>, or <c>0.05</c>.</summary>
public static class ShareText
{
    /// <param name="text">A number without a sign, of hundredths where a percent sign follows it.</param>
    /// <returns>The share, 0 or more; null for a text that is none.</returns>
    public static double? Parse(string text)
    {
        bool isPercent = text.EndsWith('%');
        return double.TryParse(isPercent ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            ? isPercent ? number / 100 : number
            : null;
    }
}
