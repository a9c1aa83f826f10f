{#- A text, JSON or not, whole or cut, with [secret] in place of all that looks like one: values of fields with such a name, at any depth and
    in lists; {"name": "password", "value": ...}; passwords in addresses and connection strings; PEM blocks; known shapes of tokens; JSON
    inside a string. What is hidden in vain is better than what is shown. Names of fields stay.

    A quote or backslash that is escaped is one character meanwhile, so that a quote always ends a string. -#}
{% macro without_secrets(text) -%}
    {%- set one_line -%}
        replace(replace(replace({{ text }}, chr(10), ' '), chr(13), ' '), chr(9), ' ')
    {%- endset -%}
    {%- set pieces -%}
        replace(replace(replace({{ one_line }}, chr(92) || chr(92), chr(2)), chr(92) || '"', chr(1)), chr(92) || '/', '/')
    {%- endset -%}
    {%- set ns = namespace(sql=pieces) -%}
    {%- for pattern, replacement in fivetran_logs.secret_patterns() -%}
        {%- set ns.sql = fivetran_logs.regexp_replace_all(ns.sql, pattern, replacement) -%}
    {%- endfor -%}
    case when {{ text }} is not null then replace(replace({{ ns.sql }}, chr(1), chr(92) || '"'), chr(2), chr(92) || chr(92)) end
{%- endmacro %}


{#- (pattern, replacement) in the order in which they apply. A group is counted by its bracket, since not all engines have others. -#}
{% macro secret_patterns() -%}
    {%- set names = fivetran_logs.secret_names() -%}
    {%- set part = '(' ~ fivetran_logs.any_case(names.parts) ~ ')' -%}
    {%- set eight_of_base64 = '[A-Za-z0-9+/=_.-]' * 8 ~ '+' -%}
    {{- return(fivetran_logs.secret_fields() + [
        ('(' ~ part ~ '[^":]*:|"[^"]*([^a-zA-Z"](' ~ fivetran_logs.any_case(names.words + ['key']) ~ ')|[a-z](' ~ names.capitals ~ '))[^a-zA-Z":]+:)[^"]*', '\\1[secret]'),
        ('(<[^<>"]*' ~ part ~ '[^<>"]*>|-[a-zA-Z-]*' ~ part ~ '[a-zA-Z-]* +|-u +[^ :"]+:|--user +[^ :"]+:|hooks[.]slack[.]com[/]|[wW]ebhook[a-zA-Z0-9]*[/])[^"<]*', '\\1[secret]'),
    ] + fivetran_logs.secrets_in_addresses() + [
        ('((' ~ fivetran_logs.any_case(names.parts + ['sig', 'pass', 'pat']) ~ ')[a-zA-Z0-9_]* *= *|[?&](' ~ fivetran_logs.any_case(['key', 'code']) ~ ')=)([{][^}"]*[}]|[^;&"]*)', '\\1[secret]'),
        ('-----BEGIN [^"]*', '[secret]'),
        ('([bB][eE][aA][rR][eE][rR] +|[bB][aA][sS][iI][cC] +)' ~ eight_of_base64, '\\1[secret]'),
        (fivetran_logs.known_tokens(), '[secret]'),
    ]) -}}
{%- endmacro %}


{#- The same of the values of fields in JSON. -#}
{% macro secret_fields() -%}
    {%- set names = fivetran_logs.secret_names() -%}
    {%- set part = '(' ~ fivetran_logs.any_case(names.parts) ~ ')' -%}
    {%- set name = '([^"]*' ~ part ~ '[^"]*|([^"]*[^a-zA-Z"])?(' ~ fivetran_logs.any_case(names.words) ~ ')([^a-zA-Z"][^"]*)?|[^"]*[a-z]('
        ~ names.capitals ~ ')([^a-z"][^"]*)?|[kK][eE][yY])' -%}
    {%- set classes = fivetran_logs.bracket_classes().split(' ') -%}
    {%- set b = {'all': classes[0], 'opening': classes[1], 'closing': classes[2]} -%}
    {%- set scalar = '("[^"]*"?|[^' ~ b.all ~ ', ]+)' -%}
    {#- five groups -#}
    {%- set nested = namespace(pattern=b.opening ~ '([^' ~ b.all ~ ']|"[^"]*")*' ~ b.closing) -%}
    {%- for level in range(4) -%}
        {%- set nested.pattern = b.opening ~ '([^' ~ b.all ~ ']|"[^"]*"|' ~ nested.pattern ~ ')*' ~ b.closing -%}
    {%- endfor -%}
    {%- set hidden = '\\1"[secret]"' -%}
    {%- set field = '("' ~ name ~ '" *: *)' -%}
    {%- set of_name = '("[^"]*" *: *"' ~ name ~ '" *,[^{}]*"[^"]*[vV]alue[^"]*" *: *)' -%}
    {%- set values = '("[^"]*[vV]alue[^"]*" *: *)' -%}
    {%- set with_name = '( *,[^{}]*"[^"]*" *: *"' ~ name ~ '")' -%}
    {{- return([
        (of_name ~ nested.pattern, hidden),
        (of_name ~ b.opening ~ '.*', hidden),
        (of_name ~ scalar, hidden),
        (values ~ nested.pattern ~ with_name, '\\1"[secret]"\\7'),
        (values ~ '"[^"]*"' ~ with_name, '\\1"[secret]"\\2'),
        (field ~ nested.pattern, hidden),
        (field ~ b.opening ~ '.*', hidden),
        (field ~ scalar, hidden),
    ]) -}}
{%- endmacro %}


{#- A password before the host of an address, or a token in place of the user. -#}
{% macro secrets_in_addresses() -%}
    {{- return([
        ('(:[/\x02]+[^/@:" ]*:)[^" ]*@', '\\1[secret]@'),
        ('(:[/\x02]+)' ~ '[^/@:" ]' * 20 ~ '[^/@:" ]*@', '\\1[secret]@'),
    ]) -}}
{%- endmacro %}


{#- Tokens that begin like no word, and the body of a key. -#}
{% macro known_tokens() -%}
    {%- set begun = 'AKIA|ASIA[A-Z0-9]|gh[pousr]_|github_pat_|glpat-|xox[abeprs]-|[rs]k_(live|test)_|whsec_|shp(at|ss|ca|pa)_|sk-'
        ~ '|pat-[a-z][a-z][0-9]-|dapi[0-9a-f]|GOCSPX-|ya29[.]|AIza|eyJ' -%}
    {{- return('((' ~ begun ~ ')' ~ '[A-Za-z0-9_.-]' * 8 ~ '+|MII[A-Z]' ~ '[A-Za-z0-9+/=]' * 20 ~ '+)') -}}
{%- endmacro %}


{#- Names of fields that hold a secret: parts of a name, wherever they stand in it, and words, which stand in it alone or as a capital
    begins them. Of the parts, in a sentence: those after which comes a place, and those after which comes the rest of the sentence. -#}
{% macro secret_names() -%}
    {%- set words = [
        'pass', 'pw', 'auth', 'sas', 'pem', 'pin', 'sig', 'dsn', 'otp', 'cert', 'pat', 'nonce', 'salt', 'psk', 'mfa', 'cred', 'psw', 'pfx',
        'p12', 'jks', 'clave',
    ] -%}
    {{- return({
        'parts': [
            'passw', 'passphrase', 'passcode', 'pwd', 'secret', 'token', 'credential', 'bearer', 'cookie', 'oauth', 'authorization',
            'connection_string', 'connect_string', 'conn_str', 'jdbc', 'keytab', 'keystore', 'truststore', 'certificate', 'signature',
            'assertion', 'jwt', 'hmac', 'api_key', 'access_key', 'private_key', 'account_key', 'encryption_key', 'signing_key', 'ssh_key',
            'shared_key', 'storage_key', 'master_key', 'service_key', 'client_key', 'consumer_key', 'license_key', 'key_json', 'key_file',
            'function_key', 'sas_url', 'sas_uri', 'shared_access', 'access_code', 'auth_code', 'service_account_json', 'creds', 'passkey',
            'priv_key', 'prv_key', 'app_key', 'auth_key', 'aes_key', 'rsa_key', 'pkcs', 'mnemonic', 'totp', 'security_code', 'unlock_code',
            'webhook_url', 'kennwort', 'mot_de_passe', 'contrase',
        ],
        'words': words,
        'places': [
            'connection_string', 'connect_string', 'conn_str', 'jdbc', 'keytab', 'keystore', 'truststore', 'certificate', 'pkcs', 'key_file',
            'webhook_url',
        ],
        'in_sentences': [
            'token', 'credential', 'bearer', 'cookie', 'oauth', 'authorization', 'signature', 'assertion', 'jwt', 'hmac', 'totp', 'creds',
        ],
        'capitals': (words | map('capitalize') | list + words | map('upper') | list) | join('|'),
    }) -}}
{%- endmacro %}

{#- Words as one pattern in any case; an underscore stands for any separator or none: api_key is apiKey, API-Key and apikey. -#}
{% macro any_case(words) -%}
    {%- set patterns = [] -%}
    {%- for word in words -%}
        {%- set letters = [] -%}
        {%- for letter in word -%}
            {%- do letters.append('[^a-zA-Z0-9"]*' if letter == '_' else '[' ~ letter ~ letter | upper ~ ']') -%}
        {%- endfor -%}
        {%- do patterns.append(letters | join) -%}
    {%- endfor -%}
    {{- return(patterns | join('|')) -}}
{%- endmacro %}

{#- How a pattern spells, within a class: all of brackets, braces and quotes; and as classes: what opens and what closes. -#}
{% macro bracket_classes() %}{{- adapter.dispatch('bracket_classes', 'fivetran_logs')() -}}{% endmacro %}

{% macro default__bracket_classes() -%}
    ][{}" [{[] []}]
{%- endmacro %}

{#- A bracket within a class needs a backslash there, which its literals want twice. -#}
{% macro spark__bracket_classes() -%}
    \\]\\[{}" [{\\[] [\\]}]
{%- endmacro %}
