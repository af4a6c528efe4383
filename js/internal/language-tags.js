/**
 * Languages with a code of two letters (ISO 639-1), each with the regions (ISO 3166-1) and scripts (ISO 15924) that
 * tags of it are in use with. Names are not here: the engine knows them (`Intl.DisplayNames`).
 */
export const regions = `
aa ab ae af:NA,ZA ak:GH am:ET an ar:AE,BH,DZ,EG,IQ,JO,KW,LB,LY,MA,OM,QA,SA,SD,SY,TN,YE as:IN av ay az:AZ,Cyrl-AZ,Latn-AZ ba:RU be:BY bg:BG
bh bi bm:ML bn:BD,IN bo:CN br:FR bs:BA,Cyrl-BA,Latn-BA ca:AD,ES ce:RU ch co:FR cr cs:CZ cu cv:RU cy:GB da:DK,GL de:AT,BE,CH,DE,IT,LI,LU dv:MV
dz:BT ee:GH el:CY,GR en:AU,BZ,CA,GB,HK,IE,IN,JM,KE,MT,MY,NG,NZ,PH,SG,TT,US,ZA,ZW eo es:AR,BO,CL,CO,CR,CU,DO,EC,ES,GT,HN,MX,NI,PA,PE,PR,PY,SV,US,UY,VE
et:EE eu:ES fa:AF,IR ff:Adlm-GN,Latn-SN fi:FI fj fo:FO fr:BE,CA,CD,CH,CI,CM,DZ,FR,HT,LU,MA,MC,ML,SN,TN fy:NL ga:IE gd:GB gl:ES gn:PY gu:IN gv:IM
ha:NG,NE he:IL hi:IN ho hr:BA,HR ht:HT hu:HU hy:AM hz ia id:ID ie ig:NG ii:CN ik io is:IS it:CH,IT iu:CA,Cans-CA,Latn-CA ja:JP jv:ID ka:GE kg ki:KE
kj kk:KZ kl:GL km:KH kn:IN ko:KP,KR kr ks:IN ku:TR,IQ kv kw:GB ky:KG la:VA lb:LU lg:UG li ln:CD lo:LA lt:LT lu:CD lv:LV mg:MG mh mi:NZ mk:MK ml:IN
mn:MN,Mong-CN mr:IN ms:BN,MY,SG mt:MT my:MM na nb:NO nd:ZW ne:IN,NP ng nl:BE,NL,SR nn:NO no:NO nr nv ny oc:FR oj om:ET or:IN os:RU
pa:Arab-PK,Guru-IN,IN,PK pi pl:PL ps:AF pt:AO,BR,MZ,PT qu:BO,EC,PE rm:CH rn:BI ro:MD,RO ru:BY,KZ,RU,UA rw:RW sa:IN sc:IT sd:Arab-PK,Deva-IN
se:FI,NO,SE sg:CF si:LK sk:SK sl:SI sm sn:ZW so:SO sq:AL,MK,XK sr:BA,Cyrl-RS,Latn-RS,ME,RS ss st:ZA su:ID sv:FI,SE sw:KE,TZ,UG ta:IN,LK,MY,SG
te:IN tg:TJ th:TH ti:ER,ET tk:TM tl:PH tn:BW,ZA to:TO tr:CY,TR ts:ZA tt:RU tw ty ug:CN uk:UA ur:IN,PK uz:Cyrl-UZ,Latn-UZ,UZ ve vi:VN vo wa wo:SN
xh:ZA yi yo:BJ,NG za zh:CN,HK,MO,SG,TW,Hans-CN,Hans-SG,Hant-HK,Hant-MO,Hant-TW zu:ZA`
